// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.http;

import java.util.Map;
import java.util.function.Supplier;

/**
 * One answer.
 *
 * @param headers beside the content type
 */
record Page(int status, String contentType, String body, Map<String, String> headers) {
  /** What makes a page. */
  @FunctionalInterface
  interface Source extends Supplier<Page> {}

  static Page text(int status, String text) {
    return new Page(status, "text/plain; charset=utf-8", text + "\n", Map.of());
  }

  static Page of(String contentType, String text) {
    return new Page(200, contentType, text, Map.of());
  }

  static Page methodNotAllowed() {
    Page page = text(405, "only GET and HEAD");
    return new Page(page.status(), page.contentType(), page.body(), Map.of("Allow", "GET, HEAD"));
  }
}
