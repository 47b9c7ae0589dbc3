// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Limits;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyTest {
  @ParameterizedTest
  @ValueSource(strings = {"desired/prod/web", "a/b", "k9-x/ünïcode/日本", "member/a b", "x/.."})
  void wellFormedKeysSplitIntoKindAndName(String text) {
    Key key = Key.of(text);
    assertThat(key.kind() + "/" + key.name()).isEqualTo(text).isEqualTo(key.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "desired",
        "/web",
        "desired/",
        "desired//web",
        "desired/web/",
        "desired/a//b",
        "Desired/web",
        "9a/web",
        "-a/web",
        "a_b/web",
        "desired/a\nb",
        "desired/a\u0000b",
        "desired/a\u0085b"
      })
  void malformedKeysAreRefusedWithAReason(String text) {
    assertThat(Key.violation(Bytes.utf8(text))).isPresent();
    assertThatThrownBy(() -> Key.of(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aKindOf32CharactersPassesAndOneOf33DoesNot() {
    assertThat(Key.violation(Bytes.utf8("k".repeat(Limits.KIND_MAX_CHARS) + "/n"))).isEmpty();
    assertThat(Key.violation(Bytes.utf8("k".repeat(Limits.KIND_MAX_CHARS + 1) + "/n"))).isPresent();
  }

  @Test
  void aNameOf480BytesPassesAndOneOf481DoesNot() {
    assertThat(Key.violation(Bytes.utf8("k/" + "n".repeat(Limits.NAME_MAX_BYTES)))).isEmpty();
    assertThat(Key.violation(Bytes.utf8("k/" + "n".repeat(Limits.NAME_MAX_BYTES + 1)))).isPresent();
    assertThat(Key.violation(Bytes.utf8("k/" + "é".repeat(Limits.NAME_MAX_BYTES / 2 + 1))))
        .isPresent();
  }

  @Test
  void wrongUtf8IsNamedAsSuch() {
    byte[] bytes = {'k', '/', 'n', (byte) 0xc3};
    assertThat(Key.violation(Bytes.wrap(bytes))).contains("is not UTF-8");
  }

  @Property
  void whateverTheBytesTheCheckAnswersAndNeverThrows(@ForAll byte[] candidate) {
    boolean wrong = Key.violation(Bytes.wrap(candidate)).isPresent();
    if (!wrong) {
      assertThat(Key.of(Bytes.wrap(candidate)).bytes().unsafeArray()).isEqualTo(candidate);
    }
  }

  @Test
  void keysAreOrderedByUnsignedBytes() {
    List<Key> ordered = List.of(Key.of("a/~"), Key.of("a/é"), Key.of("a/日"), Key.of("b/a"));
    assertThat(new TreeSet<>(ordered)).containsExactlyElementsOf(ordered);
  }

  @Property
  void aPrefixHoldsExactlyWhatBeginsWithIt(@ForAll byte[] prefix, @ForAll byte[] key) {
    KeyRange range = KeyRange.prefix(Bytes.wrap(prefix));
    Key candidate = Key.trusted(Bytes.wrap(key));
    assertThat(range.contains(candidate))
        .isEqualTo(candidate.bytes().startsWith(Bytes.wrap(prefix)));
  }

  @Property
  void theRangeOfOneKeyHoldsThatKeyAndNoOther(@ForAll byte[] one, @ForAll byte[] other) {
    KeyRange range = KeyRange.single(Key.trusted(Bytes.wrap(one)));
    assertThat(range.contains(Key.trusted(Bytes.wrap(one)))).isTrue();
    assertThat(range.contains(Key.trusted(Bytes.wrap(other))))
        .isEqualTo(Bytes.wrap(one).equals(Bytes.wrap(other)));
  }
}
