// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.admission;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;

/** One thing that a command does to a kind, with the name of the request's field. */
sealed interface Step {
  String kind();

  /**
   * @param field prefix of the put's fields, for instance {@code then[0].put.}
   */
  record PutStep(Key key, Bytes body, String field) implements Step {
    @Override
    public String kind() {
      return key.kind();
    }
  }

  /**
   * @param field that names what is deleted
   */
  record DeleteStep(String kind, String field) implements Step {}

  /**
   * @param field that names the key
   */
  record ReadStep(String kind, String field) implements Step {}
}
