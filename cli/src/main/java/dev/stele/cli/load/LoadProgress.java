// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.load;

import dev.stele.bench.LoadRun.Progress;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Durations;

/** A line that is written over each second, where a person looks. */
final class LoadProgress {
  private static final String ERASE = "\r\u001b[K";

  private final Terminal terminal;
  private boolean shown;

  LoadProgress(Terminal terminal) {
    this.terminal = terminal;
  }

  void show(Progress progress) {
    if (!terminal.interactive()) {
      return;
    }
    String left = Durations.show(progress.remaining()) + " left";
    String text =
        progress.warmup()
            ? "warming up, " + left
            : String.format(
                "%,d operations/s, %,d failures, %s",
                progress.operations(), progress.failures(), left);
    show(text);
  }

  void show(String text) {
    if (terminal.interactive()) {
      shown = true;
      terminal.err().print(ERASE + text);
      terminal.err().flush();
    }
  }

  void end() {
    if (shown) {
      terminal.err().print(ERASE);
      terminal.err().flush();
    }
  }
}
