// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.watch;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import dev.stele.proto.v1.Fact;
import dev.stele.proto.v1.WatchEvent;
import dev.stele.proto.v1.WatchEvents;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Change;
import dev.stele.server.watch.EventEncoder;
import dev.stele.server.wire.facts.Messages;
import java.io.IOException;
import java.util.Optional;

/**
 * Encodes each event as the field of {@link WatchEvents} that it is, so that the events of a
 * message are the bytes of its events, one behind the other.
 */
public final class WatchEncoder implements EventEncoder {
  @Override
  public Bytes event(Change change) {
    return field(WatchEvents.EVENTS_FIELD_NUMBER, message(change).build());
  }

  @Override
  public Bytes event(Change change, Optional<dev.stele.server.core.model.Fact> previous) {
    WatchEvent.Builder event = message(change);
    previous.ifPresent(fact -> event.setPrevious(Messages.fact(fact)));
    return field(WatchEvents.EVENTS_FIELD_NUMBER, event.build());
  }

  private static WatchEvent.Builder message(Change change) {
    if (change instanceof Change.Put put) {
      return WatchEvent.newBuilder()
          .setType(WatchEvent.Type.PUT)
          .setFact(Messages.fact(put.fact()));
    }
    return WatchEvent.newBuilder()
        .setType(WatchEvent.Type.DELETE)
        .setFact(
            Fact.newBuilder()
                .setKey(Messages.bytes(change.key().bytes()))
                .setModRevision(change.at().revision()));
  }

  /** {@code message} as the field {@code number} of another one. */
  static Bytes field(int number, Message message) {
    byte[] bytes = new byte[CodedOutputStream.computeMessageSize(number, message)];
    CodedOutputStream output = CodedOutputStream.newInstance(bytes);
    try {
      output.writeMessage(number, message);
      output.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new IllegalStateException("an array does not fail", e);
    }
    return Bytes.wrap(bytes);
  }
}
