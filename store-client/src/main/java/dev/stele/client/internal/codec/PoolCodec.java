// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.codec;

import dev.stele.client.kind.Pool;
import dev.stele.proto.v1.AddressRange;
import dev.stele.proto.v1.NumberRange;
import dev.stele.proto.v1.SubnetRange;

/** {@link Pool} and its message. */
public final class PoolCodec extends MessageCodec<Pool, dev.stele.proto.v1.Pool> {
  public PoolCodec() {
    super(dev.stele.proto.v1.Pool.parser());
  }

  @Override
  public dev.stele.proto.v1.Pool toMessage(Pool body) {
    dev.stele.proto.v1.Pool.Builder message =
        dev.stele.proto.v1.Pool.newBuilder()
            .setOnLoss(dev.stele.proto.v1.Pool.Loss.valueOf(body.onLoss().name()))
            .setMaxOwned(body.maxOwned())
            .setMaxOwnedPerOwner(body.maxOwnedPerOwner());
    Pool.Range range = body.range();
    if (range instanceof Pool.Numbers numbers) {
      message.setNumbers(
          NumberRange.newBuilder().setFirst(numbers.first()).setLast(numbers.last()));
    } else if (range instanceof Pool.Addresses addresses) {
      message.setAddresses(
          AddressRange.newBuilder().setFirst(addresses.first()).setLast(addresses.last()));
    } else if (range instanceof Pool.Subnets subnets) {
      message.setSubnets(
          SubnetRange.newBuilder()
              .setNetwork(subnets.network())
              .setPrefixLength(subnets.prefixLength()));
    }
    return message.build();
  }

  @Override
  public Pool fromMessage(dev.stele.proto.v1.Pool message) {
    return new Pool(
        Pool.Loss.valueOf(message.getOnLoss().name()),
        message.getMaxOwned(),
        message.getMaxOwnedPerOwner(),
        range(message));
  }

  private static Pool.Range range(dev.stele.proto.v1.Pool message) {
    return switch (message.getRangeCase()) {
      case NUMBERS ->
          new Pool.Numbers(message.getNumbers().getFirst(), message.getNumbers().getLast());
      case ADDRESSES ->
          new Pool.Addresses(message.getAddresses().getFirst(), message.getAddresses().getLast());
      case SUBNETS ->
          new Pool.Subnets(
              message.getSubnets().getNetwork(), message.getSubnets().getPrefixLength());
      case RANGE_NOT_SET -> new Pool.Listed();
    };
  }
}
