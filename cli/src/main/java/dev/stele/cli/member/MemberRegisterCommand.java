// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.member;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stele.cli.CliException;
import dev.stele.cli.Terminal;
import dev.stele.cli.UnsignedArgument;
import dev.stele.cli.lease.HoldingCommand;
import dev.stele.cli.output.Durations;
import dev.stele.cli.output.Json;
import dev.stele.client.LeaseOptions;
import dev.stele.client.MemberHandle;
import dev.stele.client.MemberInfo;
import dev.stele.client.MemberQuery;
import dev.stele.client.Registration;
import dev.stele.client.StoreClient;
import dev.stele.client.error.FencedException;
import dev.stele.client.kind.Endpoint;
import dev.stele.client.kind.Member;
import dev.stele.client.kind.Member.Health;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stele member register}. */
@Command(
    name = "register",
    header = "Be a member for as long as this runs.",
    description = {
      "Registers the member and keeps it alive: until Ctrl-C or SIGTERM, or until COMMAND has ended."
          + " Then it is deregistered. When this program is killed, the member is lost at the end of"
          + " its TTL. What a former life of the member left (endpoints, claims) ends in the same"
          + " revision as this one begins.",
      "",
      "COMMAND finds the incarnation in STELE_INCARNATION, the lease's name in STELE_LEASE and its"
          + " token in STELE_TOKEN, and is ended as by 'stele lease hold' when the lease is lost.",
      "",
      "Exit code: COMMAND's (128 and the signal that ended it); 1 when the incarnation goes back, or"
          + " when the lease was lost."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  stele member register rack1/node7 --address 10.0.0.7:9000 --capacity slots=8 --label zone=b",
      "  stele member register web-3 --address 10.0.0.7:9000 --endpoint web=10.0.0.7:8080 -- ./web",
      "  stele member register node7 --address h:1 --incarnation 12 --wait 1m -- sh -c 'stele claim"
          + " next shards --lease $STELE_LEASE:$STELE_TOKEN; exec ./worker'"
    })
public final class MemberRegisterCommand extends HoldingCommand {
  @Parameters(index = "0", paramLabel = "NAME", description = "The member, without the kind.")
  private String name = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "What to run, behind --.")
  private List<String> command = new ArrayList<>();

  @Option(
      names = "--address",
      paramLabel = "HOST:PORT",
      required = true,
      description = "Where it is reached.")
  private String address = "";

  @Option(
      names = "--incarnation",
      paramLabel = "N",
      defaultValue = "0",
      converter = UnsignedArgument.class,
      description =
          "Grows with each life: a lower one is refused, and so is the same one while it is alive"
              + " (default: the store's choice).")
  private long incarnation;

  @Option(
      names = "--ttl",
      paramLabel = "DURATION",
      defaultValue = "10s",
      description = "How long it lives without a renewal, 500ms to 24h (default: 10s).")
  private Duration ttl = Registration.DEFAULT_TTL;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      defaultValue = "0s",
      description =
          "How long to wait for the end of a life of the same --incarnation (default: not at all).")
  private Duration wait = Duration.ZERO;

  @Option(
      names = "--endpoint",
      paramLabel = "SERVICE=HOST:PORT",
      description = "A service that is reached here, until this ends; again for each.")
  private Map<String, String> endpoints = Map.of();

  @Mixin private MemberOptions said = new MemberOptions();

  private Registration registration = Registration.of("", "");

  /** For this terminal. */
  public MemberRegisterCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected void prepare() {
    check("--ttl", ttl);
    check("--wait", wait);
    if (incarnation == 0 && !wait.isZero()) {
      throw CliException.badInput(
          "--wait", "goes with --incarnation: else a new life does not wait for the former one");
    }
    Member member =
        new Member(
            address,
            incarnation,
            said.capacity().orElse(Map.of()),
            said.health().orElse(Health.HEALTHY),
            said.labels().orElse(Map.of()));
    registration = Registration.of(name, address).withMember(member).withTtl(ttl);
    endpoints.forEach(
        (service, at) -> registration = registration.withEndpoint(Endpoint.of(service, at)));
  }

  private static void check(String option, Duration duration) {
    if (duration.compareTo(LeaseOptions.MAX_DURATION) > 0) {
      throw CliException.badInput(
          option, "longer than " + LeaseOptions.MAX_DURATION.toDays() + " days");
    }
  }

  @Override
  protected int run(StoreClient client) throws Exception {
    MemberHandle member = register(client);
    String life = Long.toUnsignedString(member.incarnation());
    Holding holding =
        new Holding(member.lease(), Map.of("STELE_INCARNATION", life), member::deregister);
    if (!command.isEmpty()) {
      return runUnder(holding, command);
    }
    show(member, life);
    return stayUnder(holding);
  }

  private MemberHandle register(StoreClient client) throws Exception {
    try {
      return await(client.members().register(registration));
    } catch (FencedException fenced) {
      if (wait.isZero()) {
        throw fenced;
      }
      awaitItsEnd(client, fenced);
    }
    return await(client.members().register(registration));
  }

  /** Of the same life, if that is alive; another one is no reason to wait. */
  private void awaitItsEnd(StoreClient client, FencedException fenced) throws Exception {
    MemberQuery query = MemberQuery.all().withPrefix(name);
    try {
      await(client.members().await(query, members -> members.stream().noneMatch(this::isIt), wait));
    } catch (TimeoutException tooLong) {
      throw fenced;
    }
  }

  private boolean isIt(MemberInfo member) {
    return member.name().equals(name)
        && member.lease().isPresent()
        && member.member().incarnation() == incarnation;
  }

  private void show(MemberHandle member, String life) {
    if (isJson()) {
      ObjectNode document = Json.object().put("name", name);
      document.set("incarnation", Json.unsigned(member.incarnation()));
      document.set("lease", MemberView.json(member.lease().ref()));
      print(document.put("ttlMillis", member.lease().ttl().toMillis()));
    } else {
      print("member/" + name + ", incarnation " + life + ", token " + member.lease().token());
      print("alive until this ends; TTL " + Durations.show(member.lease().ttl()));
    }
  }
}
