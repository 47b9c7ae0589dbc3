// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.codec;

import dev.stele.client.kind.Endpoint;

/** {@link Endpoint} and its message. */
public final class EndpointCodec extends MessageCodec<Endpoint, dev.stele.proto.v1.Endpoint> {
  public EndpointCodec() {
    super(dev.stele.proto.v1.Endpoint.parser());
  }

  @Override
  public dev.stele.proto.v1.Endpoint toMessage(Endpoint body) {
    return dev.stele.proto.v1.Endpoint.newBuilder()
        .setService(body.service())
        .setAddress(body.address())
        .setWeight((int) body.weight())
        .putAllLabels(body.labels())
        .build();
  }

  @Override
  public Endpoint fromMessage(dev.stele.proto.v1.Endpoint message) {
    return new Endpoint(
        message.getService(),
        message.getAddress(),
        Integer.toUnsignedLong(message.getWeight()),
        message.getLabelsMap());
  }
}
