// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.stele;

import dev.stele.client.kind.ConfigDocument;
import dev.stele.client.kind.Kinds;

/** Values as bodies of kind {@code config}, without a checksum. */
final class Documents {
  private static final String CONTENT_TYPE = "application/octet-stream";

  private Documents() {}

  static String key(String key) {
    return "config/" + key;
  }

  static byte[] body(byte[] value) {
    return Kinds.CONFIG
        .codec()
        .encode(ConfigDocument.withChecksum(CONTENT_TYPE, value, new byte[0]));
  }

  static byte[] value(byte[] body) {
    return Kinds.CONFIG.codec().decode(body).document();
  }
}
