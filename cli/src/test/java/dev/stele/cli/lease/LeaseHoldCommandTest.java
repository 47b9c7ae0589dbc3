// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.cli.CliRun;
import dev.stele.cli.CliRun.Result;
import dev.stele.cli.ScriptedLease;
import dev.stele.client.LeaseOptions;
import dev.stele.client.error.FencedException;
import dev.stele.client.error.LeaseHeldException;
import dev.stele.client.error.Reason;
import dev.stele.client.error.UnavailableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Commands under a lease that a test gives and takes. */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
final class LeaseHoldCommandTest {
  private final CliRun cli = new CliRun();
  private final ScriptedLease lease = new ScriptedLease("controllers/a");

  @TempDir private Path folder;

  private Result hold(String script) {
    cli.store.answer(lease);
    return cli.run("lease", "hold", "controllers/a", "--ttl", "30s", "--", "sh", "-c", script);
  }

  @Test
  void theCommandKnowsItsLeaseAndItsExitCodeIsPassedOn() throws Exception {
    Path seen = folder.resolve("seen");
    Result result = hold("echo $STELE_LEASE $STELE_TOKEN >" + seen + "; exit 7");
    assertThat(result).isEqualTo(new Result(7, "", ""));
    assertThat(Files.readString(seen)).isEqualTo("controllers/a 41\n");
    assertThat(lease.released).isTrue();
    LeaseOptions asked = (LeaseOptions) cli.store.argumentsOf("acquire").get(1);
    assertThat(asked.ttl()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void optionsBehindTheDashesAreTheCommands() {
    cli.store.answer(lease);
    String[] line = {
      "lease", "hold", "a", "--ttl", "5s", "--", "sh", "-c", "exit $#", "sh", "--ttl", "-o"
    };
    assertThat(cli.run(line).code()).isEqualTo(2);
    assertThat(lease.released).isTrue();
  }

  @Test
  void whatSomebodyElseHasIsARefusalAndNothingRuns() {
    cli.store.fail(new LeaseHeldException("h-2 has it", null, "h-2", 40));
    Path seen = folder.resolve("seen");
    Result result = cli.run("lease", "hold", "a", "--ttl", "5s", "--", "touch", seen.toString());
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("LEASE_HELD");
    assertThat(seen).doesNotExist();
  }

  @Test
  void aCommandWhoseLeaseIsLostIsEndedAtOnceAndTheCodeIsOne() {
    lease.takenAwayAtLook = 4;
    Result result = hold("sleep 600");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("FENCED", "controllers/a with token 41 was lost (FENCED)");
    assertThat(lease.released).isFalse();
  }

  @Test
  void aCommandIsEndedAtTheDeadlineWhenNothingMoreIsHeard() {
    lease.remaining = Duration.ofMillis(1);
    Result result = hold("trap '' TERM; sleep 600");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("was lost (EXPIRED)");
  }

  @Test
  void aReleaseThatIsFencedMeansThatTheLeaseWasLost() {
    lease.answer = CompletableFuture.failedFuture(new FencedException("another has it", "lease"));
    assertThat(hold("exit 0").code()).isEqualTo(1);
  }

  @Test
  void aReleaseThatNobodyServesTakesNothingFromTheCommandsSuccess() {
    lease.answer =
        CompletableFuture.failedFuture(
            new UnavailableException(Reason.NO_QUORUM, "no node", null, null));
    Result result = hold("exit 0");
    assertThat(result.code()).isZero();
    assertThat(result.err()).contains("not released", "no node");
  }

  @Test
  void aCommandThatThereIsNotHasTheShellsCode() {
    cli.store.answer(lease);
    assertThat(cli.run("lease", "hold", "a", "--ttl", "5s", "--", "/nonexistent/x").code())
        .isEqualTo(127);
    assertThat(lease.released).isTrue();
  }
}
