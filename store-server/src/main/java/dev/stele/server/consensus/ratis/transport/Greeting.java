// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis.transport;

import dev.stele.server.port.PeerIdentity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/**
 * How two nodes prove to each other, at the beginning of a connection, that they know the secret of
 * the cluster, without telling it: each answers the other's random number with an HMAC (RFC 2104)
 * over both numbers, both ids, the group and its own part in it, so that no proof fits anywhere
 * else.
 *
 * <p>What follows on the connection is neither signed nor encrypted.
 *
 * @param group id of the Raft group
 */
record Greeting(PeerIdentity identity, String group) {
  /** Bytes of a nonce. */
  static final int NONCE_BYTES = 32;

  /** Changes with everything that nodes say to each other. */
  static final int VERSION = 1;

  private static final String ALGORITHM = "HmacSHA256";
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Whose proof it is; keeps one from being sent back to who made it. */
  enum Part {
    CALLER,
    CALLED
  }

  /** Both ids and both random numbers of a connection. */
  record Parties(String caller, String called, ByteString callersNonce, ByteString calledNonce) {}

  /** What a caller says of itself. */
  record Claim(Parties parties, ByteString proof) {}

  static ByteString nonce() {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    return ByteString.copyFrom(nonce);
  }

  /** The called node's first words. */
  static byte[] challenge(ByteString nonce) {
    return write(
        out -> {
          out.writeByte(VERSION);
          nonce.writeTo(out);
        });
  }

  /** The nonce of a challenge. */
  static ByteString readChallenge(byte[] challenge) throws IOException {
    return read(
        challenge,
        in -> {
          checkVersion(in.readUnsignedByte());
          return readNonce(in);
        });
  }

  /** The caller's answer. */
  byte[] claim(Parties parties) {
    return write(
        out -> {
          out.writeByte(VERSION);
          out.writeUTF(group);
          out.writeUTF(parties.caller());
          out.writeUTF(parties.called());
          parties.callersNonce().writeTo(out);
          out.write(proof(Part.CALLER, parties));
        });
  }

  /**
   * Who calls.
   *
   * @throws IOException when it is no node of the cluster, or looks for another one
   */
  String readClaim(byte[] claim, ByteString ownNonce) throws IOException {
    Claim read = parse(claim, ownNonce);
    if (!matches(Part.CALLER, read.parties(), read.proof().toByteArray())) {
      throw new IOException("the caller does not prove to know the cluster's secret");
    }
    return read.parties().caller();
  }

  /** The called node's proof, after it has believed {@code claim}. */
  byte[] welcome(byte[] claim, ByteString ownNonce) throws IOException {
    return proof(Part.CALLED, parse(claim, ownNonce).parties());
  }

  /** Whether {@code proof} is that of the part of these parties; tells nothing by its time. */
  boolean matches(Part part, Parties parties, byte[] proof) {
    return MessageDigest.isEqual(proof(part, parties), proof);
  }

  private Claim parse(byte[] claim, ByteString ownNonce) throws IOException {
    return read(
        claim,
        in -> {
          checkVersion(in.readUnsignedByte());
          String theirGroup = in.readUTF();
          String caller = in.readUTF();
          String called = in.readUTF();
          ByteString nonce = readNonce(in);
          byte[] proof = in.readNBytes(Mac.getInstance(ALGORITHM).getMacLength());
          if (!theirGroup.equals(group)) {
            throw new IOException("the caller is of another cluster");
          }
          if (!called.equals(identity.memberId())) {
            throw new IOException("the caller looks for " + called);
          }
          return new Claim(
              new Parties(caller, called, nonce, ownNonce), ByteString.copyFrom(proof));
        });
  }

  private byte[] proof(Part part, Parties parties) {
    byte[] signed =
        write(
            out -> {
              out.writeUTF("stele raft");
              out.writeByte(VERSION);
              out.writeUTF(part.name());
              out.writeUTF(group);
              out.writeUTF(parties.caller());
              out.writeUTF(parties.called());
              parties.callersNonce().writeTo(out);
              parties.calledNonce().writeTo(out);
            });
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(identity.secret().getBytes(StandardCharsets.UTF_8), ALGORITHM));
      return mac.doFinal(signed);
    } catch (GeneralSecurityException e) {
      throw new LinkageError("every JDK has " + ALGORITHM, e);
    }
  }

  private static ByteString readNonce(DataInputStream in) throws IOException {
    byte[] nonce = in.readNBytes(NONCE_BYTES);
    if (nonce.length != NONCE_BYTES) {
      throw new IOException("a random number is too short");
    }
    return ByteString.copyFrom(nonce);
  }

  private static void checkVersion(int version) throws IOException {
    if (version != VERSION) {
      throw new IOException("version " + version + " of the protocol, where " + VERSION + " is");
    }
  }

  private interface Writing {
    void to(DataOutputStream out) throws IOException;
  }

  private interface Reading<T> {
    T from(DataInputStream in) throws IOException, GeneralSecurityException;
  }

  private static byte[] write(Writing writing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      writing.to(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static <T> T read(byte[] bytes, Reading<T> reading) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    T value;
    try {
      value = reading.from(in);
    } catch (GeneralSecurityException e) {
      throw new LinkageError("every JDK has " + ALGORITHM, e);
    }
    if (in.read() >= 0) {
      throw new IOException("something follows where nothing should");
    }
    return value;
  }
}
