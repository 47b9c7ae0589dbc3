// SPDX-License-Identifier: Apache-2.0
package dev.stele.jepsen.flood;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Writes HTTP/2 frames and reads nothing: what no well-behaved library would let a client do. Knows
 * just enough of RFC 9113 and RFC 7541 to begin calls.
 */
final class RawHttp2 implements AutoCloseable {
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int GRPC_PREFIX_BYTES = 5;

  private final Socket socket;
  private final DataOutputStream out;
  private final byte[] headers;
  private int lastStream = -1;

  /** Connects; all calls are of {@code path}. */
  RawHttp2(String host, int port, String path) throws IOException {
    socket = new Socket(InetAddress.getByName(host), port);
    // Small, so that a peer which stops to read is felt soon.
    socket.setSendBufferSize(64 << 10);
    OutputStream buffered = new BufferedOutputStream(socket.getOutputStream(), 32 << 10);
    out = new DataOutputStream(buffered);
    headers = headers(path);
    out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    frame(SETTINGS, 0, 0, new byte[0]);
  }

  /** Begins a call and ends its request at once, without a message in it. */
  void emptyCall() throws IOException {
    frame(HEADERS, END_HEADERS | END_STREAM, nextStream(), headers);
    out.flush();
  }

  /** Begins a call, announces a message of {@code bytes}, and sends only {@code sent} of them. */
  void halfACall(int bytes, int sent) throws IOException {
    int stream = nextStream();
    frame(HEADERS, END_HEADERS, stream, headers);
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    DataOutputStream prefix = new DataOutputStream(message);
    prefix.writeByte(0);
    prefix.writeInt(bytes);
    message.write(new byte[sent - GRPC_PREFIX_BYTES]);
    frame(DATA, 0, stream, message.toByteArray());
    out.flush();
  }

  private int nextStream() {
    lastStream += 2;
    return lastStream;
  }

  private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
    out.writeByte(payload.length >>> 16);
    out.writeShort(payload.length);
    out.writeByte(type);
    out.writeByte(flags);
    out.writeInt(stream);
    out.write(payload);
  }

  private static byte[] headers(String path) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    literal(block, ":method", "POST");
    literal(block, ":scheme", "http");
    literal(block, ":path", path);
    literal(block, ":authority", "flood");
    literal(block, "content-type", "application/grpc");
    literal(block, "te", "trailers");
    return block.toByteArray();
  }

  /** A field that is not indexed; names and values of up to 126 bytes. */
  private static void literal(ByteArrayOutputStream block, String name, String value)
      throws IOException {
    block.write(0);
    for (String text : new String[] {name, value}) {
      block.write(text.length());
      block.write(text.getBytes(StandardCharsets.US_ASCII));
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
