// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import dev.stele.server.core.model.LeaseRef;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is shown, and logged, of a node's leases. */
final class LeaseMetrics implements LeaseNotes {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseClock.class);

  private final Map<Loss, Counter> lost = new EnumMap<>(Loss.class);
  private final Counter renewed;
  private final Counter refused;
  private final Counter notConfirmed;

  /**
   * @param held leases that this node counts for
   * @param waiters who wait here for a lease
   */
  LeaseMetrics(MeterRegistry meters, Supplier<Number> held, Supplier<Number> waiters) {
    Gauge.builder("stele.leases", held)
        .description("leases that are held, at the node that counts for them: the leader")
        .register(meters);
    Gauge.builder("stele.lease.waiters", waiters)
        .description("calls that wait for a lease, at the leader")
        .register(meters);
    for (Loss loss : Loss.values()) {
      lost.put(
          loss,
          Counter.builder("stele.leases.lost")
              .description("leases that nobody holds any more, counted at the leader")
              .tag("reason", loss.name())
              .register(meters));
    }
    renewed = renewals(meters, "renewed");
    refused = renewals(meters, "lost");
    notConfirmed = renewals(meters, "not_confirmed");
  }

  private static Counter renewals(MeterRegistry meters, String outcome) {
    return Counter.builder("stele.renewals")
        .description("renewals of leases")
        .tag("outcome", outcome)
        .register(meters);
  }

  void answered(Renewal answer) {
    if (answer instanceof Renewal.Renewed) {
      renewed.increment();
    } else {
      (answer instanceof Renewal.Lost ? refused : notConfirmed).increment();
    }
  }

  @Override
  public void began(long term, int leases) {
    LOG.atInfo().addKeyValue("term", term).addKeyValue("leases", leases).log("counts for leases");
  }

  @Override
  public void ended(long term) {
    LOG.atInfo().addKeyValue("term", term).log("no longer counts for leases");
  }

  @Override
  public void lost(LeaseRef lease, Loss loss) {
    lost.get(loss).increment();
    LOG.atInfo()
        .addKeyValue("lease", lease.name())
        .addKeyValue("token", lease.token())
        .addKeyValue("reason", loss.name().toLowerCase(Locale.ROOT))
        .log("a lease ended");
  }

  @Override
  public void stalled(Duration stall) {
    LOG.atWarn()
        .addKeyValue("millis", stall.toMillis())
        .log("this node stood still; its leases live longer by that");
  }

  @Override
  public void inDoubt(LeaseRef lease, String message) {
    LOG.atWarn()
        .addKeyValue("lease", lease.name())
        .addKeyValue("token", lease.token())
        .addKeyValue("why", message)
        .log("it is not known whether a lease was taken away");
  }
}
