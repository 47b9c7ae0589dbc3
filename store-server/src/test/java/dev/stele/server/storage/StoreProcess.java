// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.stele.server.core.command.Command;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.read.FactPage;
import dev.stele.server.port.StateStore;
import dev.stele.server.port.Ticker;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A store in a process of its own, so that it can be killed, or given little heap. */
final class StoreProcess {
  static final String[] NAMES = {"desired/a", "desired/b", "desired/c", "desired/d"};
  static final int MANY_FACTS = 100_000;
  private static final int BODY_BYTES = 256;

  private StoreProcess() {}

  /** Starts {@code duty} on {@code directory}; what goes wrong is in the output too. */
  static Process start(String heap, String duty, Path directory) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            heap,
            "-cp",
            System.getProperty("java.class.path"),
            StoreProcess.class.getName(),
            duty,
            directory.toString())
        .redirectErrorStream(true)
        .start();
  }

  static BufferedReader output(Process process) {
    return process.inputReader(UTF_8);
  }

  /** {@code write} or {@code fill}, and a directory. */
  public static void main(String[] args) {
    StorageSettings d = StorageSettings.defaults();
    boolean fill = args[0].equals("fill");
    StorageSettings settings =
        fill
            ? d
            : new StorageSettings(
                d.writeBufferBytes(),
                d.blockCacheBytes(),
                0,
                d.compression(),
                2,
                400,
                d.flushBytes(),
                10_000);
    try (RocksStateStore store = RocksStateStore.open(Path.of(args[1]), settings);
        FlushScheduler scheduler =
            FlushScheduler.start(
                store,
                settings,
                Ticker.SYSTEM,
                StoreProcess::end,
                durable -> say("durable " + durable.index()))) {
      if (fill) {
        fill(store);
        say("listed " + listed(store));
      } else {
        writeForEver(store);
      }
      scheduler.close();
    }
  }

  private static void say(String line) {
    System.out.println(line);
  }

  private static void end(String what, Throwable cause) {
    say(what + ": " + cause);
    Runtime.getRuntime().halt(1);
  }

  /** Each entry writes its own index to all names. */
  private static void writeForEver(StateStore store) {
    Writer writer = new Writer(store);
    while (true) {
      String index = Long.toString(store.applied().index() + 1);
      Command[] commands = new Command[NAMES.length];
      for (int i = 0; i < NAMES.length; i++) {
        commands[i] = Writer.put(NAMES[i], index);
      }
      writer.apply(commands);
    }
  }

  private static void fill(StateStore store) {
    Writer writer = new Writer(store);
    List<Command> entry = new ArrayList<>();
    for (int i = 0; i < MANY_FACTS; i++) {
      entry.add(Writer.put("desired/prod/" + i, "x".repeat(BODY_BYTES)));
      if (entry.size() == Limits.ENTRY_MAX_COMMANDS || i == MANY_FACTS - 1) {
        writer.apply(entry.toArray(new Command[0]));
        entry.clear();
      }
    }
  }

  private static int listed(StateStore store) {
    int facts = 0;
    KeyRange range = KeyRange.prefix(Bytes.utf8("desired/"));
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      for (boolean more = true; more; ) {
        FactPage page = FactPage.read(snapshot, range, Limits.PAGE_MAX_FACTS, false);
        facts += page.facts().size();
        more = page.more();
        range = range.after(page.facts().get(page.facts().size() - 1).key());
      }
    }
    return facts;
  }
}
