// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.kind;

import java.util.Objects;

/**
 * A kind of fact with the type of its bodies.
 *
 * @param name the first part of its keys: {@code [a-z][a-z0-9-]{0,31}}, checked by the server
 * @param codec of its bodies
 * @param <T> the type of its bodies
 */
public record FactKind<T>(String name, BodyCodec<T> codec) {
  public FactKind {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(codec, "codec");
  }

  @Override
  public String toString() {
    return name;
  }
}
