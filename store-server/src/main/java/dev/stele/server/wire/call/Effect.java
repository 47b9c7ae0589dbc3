// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

/** Whether a method's answer may still be refused when it is there. */
public enum Effect {
  /** It changed nothing: what can't be held for the caller is refused. */
  READ,
  /** It may have changed something: its answer is the truth, and is given. */
  WRITE
}
