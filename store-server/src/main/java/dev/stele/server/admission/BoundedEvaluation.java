// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.admission;

import com.networknt.schema.ExecutionContext;

/**
 * One evaluation of a schema, ended when it takes too many steps: a small schema that refers to
 * itself can ask for more work than any body is worth, or for work without an end.
 */
final class BoundedEvaluation extends ExecutionContext {
  /** Schemas inside each other; far less than a thread's stack takes. */
  static final int MAX_DEPTH = 512;

  private static final int BASE_STEPS = 10_000;
  private static final int STEPS_PER_BYTE = 8;

  private final long maxSteps;
  private long steps;
  private int depth;

  BoundedEvaluation(int bodyBytes) {
    maxSteps = maxSteps(bodyBytes);
  }

  /** Steps that a body may take; a step is one keyword, or one value below another. */
  static long maxSteps(int bodyBytes) {
    return BASE_STEPS + (long) STEPS_PER_BYTE * bodyBytes;
  }

  @Override
  public void evaluationPathAddLast(String segment) {
    enter();
    super.evaluationPathAddLast(segment);
  }

  @Override
  public void evaluationPathAddLast(int segment) {
    enter();
    super.evaluationPathAddLast(segment);
  }

  @Override
  public void evaluationPathRemoveLast() {
    depth--;
    super.evaluationPathRemoveLast();
  }

  private void enter() {
    depth++;
    steps++;
    if (depth > MAX_DEPTH || steps > maxSteps) {
      throw new TooMuchException();
    }
  }

  /** There is no end in sight. */
  static final class TooMuchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooMuchException() {
      super("too many steps", null, false, false);
    }
  }
}
