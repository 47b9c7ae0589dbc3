// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Fact;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Events as text that a test can read, as long as the bodies in them are. */
final class SimEncoder implements EventEncoder {
  private static final String UNTOLD = "?";
  private static final String NONE = "-";

  @Override
  public Bytes event(Change change) {
    return encode(change, UNTOLD, 0);
  }

  @Override
  public Bytes event(Change change, Optional<Fact> previous) {
    return encode(
        change,
        previous.map(Truth::name).orElse(NONE),
        previous.map(fact -> fact.body().length()).orElse(0));
  }

  private static Bytes encode(Change change, String previous, int previousBytes) {
    Optional<Fact> fact = change.row() instanceof Fact put ? Optional.of(put) : Optional.empty();
    String text =
        String.join(
            " ",
            change instanceof Change.Put ? "PUT" : "DELETE",
            change.key().toString(),
            Long.toString(change.at().revision()),
            fact.map(Truth::name).orElse(NONE),
            previous,
            "");
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int body = fact.map(it -> it.body().length()).orElse(0);
    return Bytes.wrap(Arrays.copyOf(bytes, bytes.length + body + previousBytes));
  }

  static Judge.Event decode(Bytes event) {
    byte[] bytes = event.unsafeArray();
    int end = 0;
    for (int fields = 0; fields < 5; end++) {
      fields += bytes[end] == ' ' ? 1 : 0;
    }
    String[] fields = new String(bytes, 0, end, StandardCharsets.UTF_8).split(" ", -1);
    return new Judge.Event(
        fields[0].equals("PUT"),
        fields[1],
        Long.parseLong(fields[2]),
        fields[3].equals(NONE) ? "" : fields[3],
        !fields[4].equals(UNTOLD),
        fields[4].equals(NONE) ? "" : fields[4],
        bytes.length);
  }
}
