// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Limits;
import java.util.List;
import java.util.OptionalLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** Ranges: their items, their bounds, and how pools with them are written. */
final class PoolRangeTest {
  private static final long MOST = Limits.RANGE_MAX_ITEMS;

  @Property(tries = 2_000)
  void itemAndIndexAreInverse(
      @ForAll("ranges") PoolRange range, @ForAll @LongRange(max = Limits.RANGE_MAX_ITEMS) long at) {
    assertThat(range.violation()).isEmpty();
    long index = at % range.items();
    String item = range.item(index);
    assertThat(range.index(item)).hasValue(index);
    assertThat(item.length()).isLessThanOrEqualTo(Limits.RANGE_ITEM_MAX_BYTES);
    assertThat(Key.violation(Bytes.utf8("claim/p/" + item))).isEmpty();
    assertThat(item).doesNotContain("/");
  }

  @Property(tries = 2_000)
  void itemsAreInOrderAndNoneIsBeyondTheEnds(@ForAll("ranges") PoolRange range) {
    long last = range.items() - 1;
    Key first = Pools.claim("p", range.item(0));
    Key end = Pools.claim("p", range.item(last));
    assertThat(ItemOrder.of(range).compare(first, end)).isEqualTo(Long.compare(0, last));
    for (long beyond : List.of(-1L, last + 1, Long.MAX_VALUE, Long.MIN_VALUE)) {
      assertThatThrownBy(() -> range.item(beyond)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Property(tries = 2_000)
  void aPoolIsReadAsItWasWritten(
      @ForAll("ranges") PoolRange range,
      @ForAll PoolRecord.Loss loss,
      @ForAll @LongRange(max = 300) long maxOwned)
      throws MalformedException {
    PoolRecord pool = new PoolRecord(loss, maxOwned, Long.MAX_VALUE, range);
    assertThat(PoolCodec.decode(PoolCodec.encode(pool))).isEqualTo(pool);
    PoolRecord listed = new PoolRecord(loss, 0, maxOwned, new ListedItems());
    assertThat(PoolCodec.decode(PoolCodec.encode(listed))).isEqualTo(listed);
  }

  @Property(tries = 2_000)
  void everyAddressIsPrintedAsItIsParsed(@ForAll @LongRange(max = 0xffff_ffffL) long address) {
    assertThat(Ipv4.parse(Ipv4.print(address))).hasValue(address);
  }

  @Provide
  Arbitrary<PoolRange> ranges() {
    Arbitrary<Long> sizes = Arbitraries.longs().between(1, MOST);
    Arbitrary<PoolRange> numbers =
        Combinators.combine(Arbitraries.longs().between(0, Long.MAX_VALUE - MOST), sizes)
            .as((first, size) -> new NumberRange(first, first + size - 1));
    Arbitrary<PoolRange> addresses =
        Combinators.combine(Arbitraries.longs().between(0, Ipv4.LAST - MOST), sizes)
            .as((first, size) -> new AddressRange(first, first + size - 1));
    Arbitrary<PoolRange> subnets =
        Combinators.combine(
                Arbitraries.longs().between(0, Ipv4.LAST),
                Arbitraries.integers().between(0, 32),
                Arbitraries.integers().between(0, 16))
            .as(
                (address, length, more) ->
                    new SubnetRange(
                        address & ~(Ipv4.LAST >> length), length, Math.min(32, length + more)));
    return Arbitraries.oneOf(numbers, addresses, subnets);
  }

  @Test
  void itemsAreWrittenInOneWayOnly() {
    PoolRange numbers = new NumberRange(0, 10);
    assertNone(numbers, "", "-1", "+1", "01", "00", "11", "1 ", " 1", "1.0", "x", "0x1", "١");
    assertNone(new NumberRange(Long.MAX_VALUE, Long.MAX_VALUE), "9223372036854775808");
    assertNone(new NumberRange(0, 10), "18446744073709551616", "9999999999999999999");
    PoolRange addresses = new AddressRange(0x0a00000aL, 0x0a00000cL);
    assertThat(addresses.item(0)).isEqualTo("10.0.0.10");
    assertNone(
        addresses, "10.0.0.9", "10.0.0.13", "10.0.0.010", "10.0.0", "10.0.0.10.", "10.0.0.1o");
    PoolRange subnets = new SubnetRange(0x0a000000L, 16, 24);
    assertThat(subnets.item(1)).isEqualTo("10.0.1.0-24");
    assertNone(subnets, "10.0.1.0", "10.0.1.0-25", "10.0.1.1-24", "10.1.0.0-24", "9.255.255.0-24");
    assertNone(new ListedItems(), "", "a", "0");
  }

  private static void assertNone(PoolRange range, String... items) {
    for (String item : items) {
      assertThat(range.index(item)).as("%s of %s", item, range).isEmpty();
    }
  }

  @Test
  void whatIsNoAddressIsNotParsed() {
    for (String text :
        List.of("", ".", "1.2.3", "1.2.3.4.5", "256.0.0.1", "1.2.3.-4", "a.b.c.d", "1..2.3")) {
      assertThat(Ipv4.parse(text)).as(text).isEqualTo(OptionalLong.empty());
    }
    assertThat(Ipv4.parse("0.0.0.0")).hasValue(0);
    assertThat(Ipv4.parse("255.255.255.255")).hasValue(Ipv4.LAST);
    assertThat(Ipv4.parse("10.0.1.2")).hasValue(0x0a000102L);
  }

  @Test
  void aRangeHasSixtyFiveThousandItemsAndNotOneMore() {
    assertThat(new NumberRange(7, 6 + MOST).violation()).isEmpty();
    assertThat(new NumberRange(7, 6 + MOST).items()).isEqualTo(MOST);
    assertWrong(new NumberRange(7, 7 + MOST), "numbers.last");
    assertWrong(new NumberRange(0, Long.MAX_VALUE), "numbers.last");
    assertThat(new AddressRange(0, MOST - 1).violation()).isEmpty();
    assertWrong(new AddressRange(0, MOST), "addresses.last");
    assertThat(new SubnetRange(0, 0, 16).violation()).isEmpty();
    assertThat(new SubnetRange(0, 0, 16).items()).isEqualTo(MOST);
    assertWrong(new SubnetRange(0, 0, 17), "subnets.prefix_length");
    assertThat(new ListedItems().items()).isZero();
    assertThat(new ListedItems().violation()).isEmpty();
    assertThatThrownBy(() -> new ListedItems().item(0))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aRangeWhoseBoundsAreWrongSaysWhich() {
    assertWrong(new NumberRange(-1, 5), "numbers.first");
    assertWrong(new NumberRange(1, -5), "numbers.last");
    assertWrong(new NumberRange(2, 1), "numbers.last");
    assertThat(new NumberRange(Long.MAX_VALUE, Long.MAX_VALUE).violation()).isEmpty();
    assertWrong(new AddressRange(Ipv4.LAST + 1, Ipv4.LAST + 1), "addresses.first");
    assertWrong(new AddressRange(-1, 1), "addresses.first");
    assertWrong(new AddressRange(1, Ipv4.LAST + 1), "addresses.last");
    assertWrong(new AddressRange(2, 1), "addresses.last");
    assertWrong(new SubnetRange(-1, 8, 16), "subnets.network");
    assertWrong(new SubnetRange(Ipv4.LAST + 1, 8, 16), "subnets.network");
    assertWrong(new SubnetRange(0, -1, 16), "subnets.network");
    assertWrong(new SubnetRange(0, 33, 33), "subnets.network");
    assertWrong(new SubnetRange(0x0a000001L, 24, 28), "subnets.network");
    assertWrong(new SubnetRange(0x0a000000L, 24, 23), "subnets.prefix_length");
    assertWrong(new SubnetRange(0x0a000000L, 24, 33), "subnets.prefix_length");
    assertThat(new SubnetRange(Ipv4.LAST, 32, 32).violation()).isEmpty();
    assertThat(new SubnetRange(Ipv4.LAST, 32, 32).item(0)).isEqualTo("255.255.255.255-32");
  }

  private static void assertWrong(PoolRange range, String field) {
    assertThat(range.violation().map(PoolRange.Violation::field)).contains(field);
    PoolRecord pool = new PoolRecord(PoolRecord.Loss.IDLE, 0, 0, range);
    assertThat(pool.violation()).isEqualTo(range.violation());
  }

  @Test
  void aPoolWhoseGatesAreBeyondALongSaysWhich() {
    PoolRange none = new ListedItems();
    assertThat(new PoolRecord(PoolRecord.Loss.IDLE, -1, 0, none).violation())
        .map(PoolRange.Violation::field)
        .contains("max_owned");
    assertThat(new PoolRecord(PoolRecord.Loss.IDLE, 0, -1, none).violation())
        .map(PoolRange.Violation::field)
        .contains("max_owned_per_owner");
    assertThat(new PoolRecord(PoolRecord.Loss.IDLE, 0, 0, none).violation()).isEmpty();
  }

  @Test
  void whatIsNoPoolIsNotRead() {
    Bytes good =
        PoolCodec.encode(new PoolRecord(PoolRecord.Loss.RETIRE, 1, 2, new NumberRange(3, 4)));
    assertUnreadable(Bytes.EMPTY);
    assertUnreadable(good.next());
    for (int at : List.of(0, 1, 4)) {
      byte[] bad = good.unsafeArray().clone();
      bad[at] = 9;
      assertUnreadable(Bytes.wrap(bad));
    }
  }

  private static void assertUnreadable(Bytes body) {
    assertThatThrownBy(() -> PoolCodec.decode(body)).isInstanceOf(MalformedException.class);
  }

  @Test
  void theItemOfAClaimIsItsLastSegmentAndThePoolAllBefore() {
    assertThat(Pools.poolOf(Key.of("claim/a/b/c"))).contains("a/b");
    assertThat(Pools.itemOf(Key.of("claim/a/b/c"))).isEqualTo("c");
    assertThat(Pools.poolOf(Key.of("claim/a"))).isEmpty();
    assertThat(Pools.poolOf(Key.of("desired/a/b"))).isEmpty();
    assertThat(Pools.claim("a/b", "c")).isEqualTo(Key.of("claim/a/b/c"));
    assertThat(Pools.key("a/b")).isEqualTo(Key.of("pool/a/b"));
    assertThat(Pools.claims("a/b").contains(Key.of("claim/a/b/c"))).isTrue();
    assertThat(Pools.claims("a/b").contains(Key.of("claim/a/bc"))).isFalse();
  }
}
