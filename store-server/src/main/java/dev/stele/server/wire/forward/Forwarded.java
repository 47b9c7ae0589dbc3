// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.forward;

import com.google.protobuf.Message;
import dev.stele.server.wire.call.Answer;

/**
 * What became of a call that was to be passed on.
 *
 * @param <R> its response
 */
public sealed interface Forwarded<R extends Message> {
  /** The caller can be answered. */
  record Answered<R extends Message>(Answer<R> answer) implements Forwarded<R> {}

  /** Nothing went out: nothing happened, and another try is safe. */
  record NotSent<R extends Message>(String message) implements Forwarded<R> {}
}
