// SPDX-License-Identifier: Apache-2.0
package dev.stele.jepsen.leases;

import static org.awaitility.Awaitility.await;

import dev.stele.jepsen.cluster.Launcher;
import dev.stele.jepsen.cluster.Launcher.Running;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@code stele lease hold} whose command writes down, many times a second, that it runs, under
 * which token, and when on the machine's monotonic clock.
 */
public final class HeldCommand {
  /** The most that may pass between two beats of a command that runs. */
  public static final Duration BEAT = Duration.ofMillis(50);

  private static final String SCRIPT =
      "while :; do read -r up rest < /proc/uptime; echo \"$STELE_TOKEN $up $$\" >> \"$0\";"
          + " sleep 0.02; done";

  private final Running hold;
  private final Path beats;

  private HeldCommand(Running hold, Path beats) {
    this.hold = hold;
    this.beats = beats;
  }

  /** Starts it; {@code name} is the lease's, and {@code beats} a file that does not exist. */
  public static HeldCommand start(
      Launcher launcher, String endpoints, String name, Duration ttl, Path beats) {
    return new HeldCommand(
        launcher.start(
            "lease",
            "hold",
            name,
            "--ttl",
            ttl.toMillis() + "ms",
            "--wait",
            "5m",
            "--endpoints",
            endpoints,
            "--",
            "bash",
            "-c",
            SCRIPT,
            beats.toString()),
        beats);
  }

  /** The process of {@code stele lease hold}. */
  public ProcessHandle holder() {
    return hold.process().toHandle();
  }

  public Running running() {
    return hold;
  }

  /** Waits for a sign of life. */
  public Beat awaitFirst(Duration most) {
    await().atMost(most).until(() -> !beats().isEmpty());
    return beats().get(0);
  }

  /** Everything that the command has written down. */
  public List<Beat> beats() {
    if (!Files.exists(beats)) {
      return List.of();
    }
    try {
      List<Beat> all = new ArrayList<>();
      for (String line : Files.readAllLines(beats)) {
        String[] parts = line.split(" ", -1);
        if (parts.length == 3) {
          all.add(
              new Beat(
                  Long.parseLong(parts[0]),
                  Math.round(Double.parseDouble(parts[1]) * 1000),
                  Long.parseLong(parts[2])));
        }
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Beat last() {
    List<Beat> all = beats();
    return all.get(all.size() - 1);
  }

  /** Ends it if it runs. */
  public void end() {
    hold.process().destroy();
    hold.process().onExit().join();
  }

  /**
   * The command ran.
   *
   * @param uptimeMillis on the machine's clock since its start
   */
  public record Beat(long token, long uptimeMillis, long pid) {}
}
