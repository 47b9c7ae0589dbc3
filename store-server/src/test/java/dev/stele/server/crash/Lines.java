// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.crash;

import java.util.Arrays;
import java.util.stream.Collectors;

/** What the process says to the test, a line each; a line that was said outlives the process. */
final class Lines {
  private Lines() {}

  static void say(Object... words) {
    System.out.println(Arrays.stream(words).map(String::valueOf).collect(Collectors.joining(" ")));
  }
}
