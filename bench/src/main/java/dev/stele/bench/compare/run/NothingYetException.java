// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import java.io.IOException;

/** There is no figure because nothing came to its end within the time; nothing failed, either. */
final class NothingYetException extends IOException {
  private static final long serialVersionUID = 1L;

  NothingYetException(String message) {
    super(message);
  }
}
