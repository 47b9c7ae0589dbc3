// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.watch;

/** Where a watch begins. */
sealed interface Start {
  /** With the changes of this revision. */
  record From(long revision) implements Start {}

  /** Behind what was acknowledged. */
  enum Now implements Start {
    INSTANCE
  }

  /** With all facts. */
  enum Initial implements Start {
    INSTANCE
  }
}
