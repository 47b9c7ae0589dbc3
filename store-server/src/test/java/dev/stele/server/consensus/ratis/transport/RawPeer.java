// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis.transport;

import dev.stele.server.consensus.ratis.transport.Greeting.Part;
import dev.stele.server.consensus.ratis.transport.Greeting.Parties;
import dev.stele.server.port.PeerIdentity;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.apache.ratis.thirdparty.com.google.protobuf.Parser;

/** One end of a connection between nodes, byte by byte: well behaved, or not. */
public final class RawPeer implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 20_000;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;
  private long nextCall;

  RawPeer(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
    out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
  }

  /** There is a reason in the place of an answer. */
  public static final class NotAnswered extends IOException {
    private static final long serialVersionUID = 1L;

    NotAnswered(String reason) {
      super(reason);
    }
  }

  /** A frame as it came. */
  record Frame(FrameKind kind, long call, ByteString content) {
    byte[] payload() {
      return content.toByteArray();
    }
  }

  /** A connection on which nothing was said yet. */
  static RawPeer open(String address) throws IOException {
    HostPort target = HostPort.of(address);
    return new RawPeer(new Socket(target.host(), target.port()));
  }

  /** A connection of {@code identity} to the node {@code called}, which believes it. */
  public static RawPeer connect(String address, PeerIdentity identity, String group, String called)
      throws IOException {
    RawPeer peer = open(address);
    Greeting greeting = new Greeting(identity, group);
    ByteString theirs = Greeting.readChallenge(peer.read(FrameKind.CHALLENGE).payload());
    Parties parties = new Parties(identity.memberId(), called, Greeting.nonce(), theirs);
    peer.write(FrameKind.CLAIM, 0, greeting.claim(parties));
    byte[] proof = peer.read(FrameKind.WELCOME).payload();
    if (!greeting.matches(Part.CALLED, parties, proof)) {
      throw new IOException("who answers is not " + called);
    }
    return peer;
  }

  /** Takes the part of the called node on a connection that has just come in. */
  public static RawPeer accept(Socket socket, PeerIdentity identity, String group)
      throws IOException {
    RawPeer peer = new RawPeer(socket);
    Greeting greeting = new Greeting(identity, group);
    ByteString nonce = Greeting.nonce();
    peer.write(FrameKind.CHALLENGE, 0, Greeting.challenge(nonce));
    byte[] claim = peer.read(FrameKind.CLAIM).payload();
    greeting.readClaim(claim, nonce);
    peer.write(FrameKind.WELCOME, 0, greeting.welcome(claim, nonce));
    return peer;
  }

  /** Asks for a vote. */
  public <M extends MessageLite> M askForVote(MessageLite request, Parser<M> parser)
      throws IOException {
    write(FrameKind.VOTE, nextCall++, request.toByteArray());
    return readAnswer(parser);
  }

  /** Sends an append; its answer is not waited for. */
  public void append(MessageLite request) throws IOException {
    write(FrameKind.APPEND, nextCall++, request.toByteArray());
  }

  /**
   * The next answer.
   *
   * @throws NotAnswered with the reason when there is a reason in its place
   */
  public <M extends MessageLite> M readAnswer(Parser<M> parser) throws IOException {
    Frame frame = read();
    if (frame.kind() != FrameKind.ANSWER) {
      throw new NotAnswered(frame.kind() + ": " + Failures.read(frame.payload()));
    }
    return parser.parseFrom(frame.payload());
  }

  /** Waits for a request for a vote, and answers it with what {@code voter} makes of it. */
  public <Q extends MessageLite> void vote(Parser<Q> parser, Voter<Q> voter) throws IOException {
    Frame frame = read(FrameKind.VOTE);
    byte[] answer = voter.vote(parser.parseFrom(frame.payload())).toByteArray();
    write(FrameKind.ANSWER, frame.call(), answer);
  }

  /** Makes an answer. */
  public interface Voter<Q> {
    MessageLite vote(Q request);
  }

  void write(FrameKind kind, long call, byte[] payload) throws IOException {
    out.writeInt(Frames.HEADER_BYTES + payload.length);
    out.writeByte(kind.code());
    out.writeLong(call);
    out.write(payload);
    out.flush();
  }

  /** Writes a length, and nothing that it would belong to. */
  void writeLength(int length) throws IOException {
    out.writeInt(length);
    out.flush();
  }

  Frame read() throws IOException {
    int length = in.readInt();
    FrameKind kind = FrameKind.of(in.readByte());
    long call = in.readLong();
    return new Frame(kind, call, ByteString.copyFrom(in.readNBytes(length - Frames.HEADER_BYTES)));
  }

  private Frame read(FrameKind expected) throws IOException {
    Frame frame = read();
    if (frame.kind() != expected) {
      throw new IOException(frame.kind() + " came where " + expected + " should");
    }
    return frame;
  }

  /** Whether the other side has ended the connection, with nothing said before. */
  boolean isEnded() throws IOException {
    try {
      return in.read() < 0;
    } catch (SocketException reset) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
