// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.kind;

import dev.stele.server.core.encoding.Input;
import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.encoding.Output;
import dev.stele.server.core.model.Bytes;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Members as the bodies of their facts: a version byte, then the fields in their order, maps in the
 * order of their keys, so that equal members are equal bytes.
 */
public final class MemberCodec {
  private static final int VERSION = 1;

  private MemberCodec() {}

  /** The body that says {@code member}. */
  public static Bytes encode(MemberRecord member) {
    Output out = new Output(128);
    out.putByte(VERSION);
    out.putText(member.address());
    out.putVarint(member.incarnation());
    out.putByte(member.health().number());
    out.putVarint(member.capacity().size());
    for (Map.Entry<String, Long> entry : member.capacity().entrySet()) {
      out.putText(entry.getKey());
      out.putVarint(entry.getValue());
    }
    out.putVarint(member.labels().size());
    for (Map.Entry<String, String> label : member.labels().entrySet()) {
      out.putText(label.getKey());
      out.putText(label.getValue());
    }
    return Bytes.wrap(out.toBytes());
  }

  /**
   * What {@code body} says.
   *
   * @throws MalformedException when it is not what {@link #encode} made
   */
  public static MemberRecord decode(Bytes body) throws MalformedException {
    Input in = new Input(body.unsafeArray());
    int version = in.readByte();
    if (version != VERSION) {
      throw new MalformedException("its version is " + version + ", only " + VERSION + " is known");
    }
    String address = in.readText();
    long incarnation = in.readVarint();
    int number = in.readByte();
    MemberRecord.Health health =
        MemberRecord.Health.of(number)
            .orElseThrow(() -> new MalformedException("health " + number + " is not known"));
    SortedMap<String, Long> capacity = new TreeMap<>();
    for (int left = in.readSize(); left > 0; left--) {
      capacity.put(in.readText(), in.readVarint());
    }
    SortedMap<String, String> labels = new TreeMap<>();
    for (int left = in.readSize(); left > 0; left--) {
      labels.put(in.readText(), in.readText());
    }
    in.requireEnd();
    return new MemberRecord(address, incarnation, capacity, health, labels);
  }
}
