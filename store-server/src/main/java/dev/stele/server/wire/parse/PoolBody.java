// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import static dev.stele.server.wire.parse.Fields.invalid;

import com.google.protobuf.ByteString;
import dev.stele.proto.v1.Pool;
import dev.stele.server.core.claim.AddressRange;
import dev.stele.server.core.claim.Ipv4;
import dev.stele.server.core.claim.ListedItems;
import dev.stele.server.core.claim.NumberRange;
import dev.stele.server.core.claim.PoolCodec;
import dev.stele.server.core.claim.PoolRange;
import dev.stele.server.core.claim.PoolRecord;
import dev.stele.server.core.claim.PoolRecord.Loss;
import dev.stele.server.core.claim.SubnetRange;
import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.model.Bytes;

/** The bodies of kind {@code pool}. */
final class PoolBody {
  private PoolBody() {}

  /** What the core is given for {@code message}, whose values were checked one by one. */
  static Bytes stored(Pool message, String field) {
    Loss onLoss =
        switch (message.getOnLoss()) {
          case IDLE -> Loss.IDLE;
          case RETIRE -> Loss.RETIRE;
          case UNRECOGNIZED -> throw new IllegalArgumentException("on_loss of " + message);
        };
    PoolRecord pool =
        new PoolRecord(
            onLoss, message.getMaxOwned(), message.getMaxOwnedPerOwner(), range(message, field));
    pool.violation()
        .ifPresent(
            wrong -> {
              throw invalid(field + "." + wrong.field(), wrong.message());
            });
    return PoolCodec.encode(pool);
  }

  private static PoolRange range(Pool message, String field) {
    return switch (message.getRangeCase()) {
      case NUMBERS ->
          new NumberRange(message.getNumbers().getFirst(), message.getNumbers().getLast());
      case ADDRESSES ->
          new AddressRange(
              address(message.getAddresses().getFirst(), field + ".addresses.first"),
              address(message.getAddresses().getLast(), field + ".addresses.last"));
      case SUBNETS -> subnets(message.getSubnets(), field + ".subnets");
      case RANGE_NOT_SET -> new ListedItems();
    };
  }

  private static long address(String text, String field) {
    return Ipv4.parse(text).orElseThrow(() -> invalid(field, "is not an IPv4 address"));
  }

  private static SubnetRange subnets(dev.stele.proto.v1.SubnetRange message, String field) {
    String network = message.getNetwork();
    int slash = network.indexOf('/');
    String length = network.substring(slash + 1);
    if (slash < 0
        || Ipv4.parse(network.substring(0, slash)).isEmpty()
        || !length.matches("0|[1-9][0-9]?")
        || Integer.parseInt(length) > Ipv4.BITS) {
      throw invalid(field + ".network", "is not an IPv4 network, as in 10.0.0.0/16");
    }
    return new SubnetRange(
        Ipv4.parse(network.substring(0, slash)).orElseThrow(),
        Integer.parseInt(length),
        message.getPrefixLength());
  }

  static ByteString message(Bytes stored) throws MalformedException {
    PoolRecord pool = PoolCodec.decode(stored);
    Pool.Builder message =
        Pool.newBuilder()
            .setOnLoss(
                switch (pool.onLoss()) {
                  case IDLE -> Pool.Loss.IDLE;
                  case RETIRE -> Pool.Loss.RETIRE;
                })
            .setMaxOwned(pool.maxOwned())
            .setMaxOwnedPerOwner(pool.maxOwnedPerOwner());
    set(pool.range(), message);
    return message.build().toByteString();
  }

  private static void set(PoolRange range, Pool.Builder message) {
    if (range instanceof NumberRange numbers) {
      message.getNumbersBuilder().setFirst(numbers.first()).setLast(numbers.last());
    } else if (range instanceof AddressRange addresses) {
      message
          .getAddressesBuilder()
          .setFirst(Ipv4.print(addresses.first()))
          .setLast(Ipv4.print(addresses.last()));
    } else if (range instanceof SubnetRange subnets) {
      message
          .getSubnetsBuilder()
          .setNetwork(Ipv4.print(subnets.network()) + "/" + subnets.networkLength())
          .setPrefixLength(subnets.prefixLength());
    }
  }
}
