// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli;

import dev.stele.cli.claim.ClaimAddCommand;
import dev.stele.cli.claim.ClaimCommand;
import dev.stele.cli.claim.ClaimDrainCommand;
import dev.stele.cli.claim.ClaimListCommand;
import dev.stele.cli.claim.ClaimNextCommand;
import dev.stele.cli.claim.ClaimPoolCommand;
import dev.stele.cli.claim.ClaimReleaseCommand;
import dev.stele.cli.claim.ClaimTakeoverCommand;
import dev.stele.cli.cluster.AppliedCommand;
import dev.stele.cli.cluster.ClusterCommand;
import dev.stele.cli.cluster.CompactCommand;
import dev.stele.cli.cluster.HashCommand;
import dev.stele.cli.cluster.StatusCommand;
import dev.stele.cli.dev.DevCommand;
import dev.stele.cli.facts.DeleteCommand;
import dev.stele.cli.facts.GetCommand;
import dev.stele.cli.facts.HistoryCommand;
import dev.stele.cli.facts.ListCommand;
import dev.stele.cli.facts.PutCommand;
import dev.stele.cli.facts.TxnCommand;
import dev.stele.cli.facts.WatchCommand;
import dev.stele.cli.kind.KindCommand;
import dev.stele.cli.kind.KindDeleteCommand;
import dev.stele.cli.kind.KindListCommand;
import dev.stele.cli.kind.KindSetCommand;
import dev.stele.cli.lease.LeaseAcquireCommand;
import dev.stele.cli.lease.LeaseCommand;
import dev.stele.cli.lease.LeaseHandoverCommand;
import dev.stele.cli.lease.LeaseHoldCommand;
import dev.stele.cli.lease.LeaseListCommand;
import dev.stele.cli.lease.LeaseReleaseCommand;
import dev.stele.cli.lease.LeaseRenewCommand;
import dev.stele.cli.lease.LeaseShowCommand;
import dev.stele.cli.load.BenchCommand;
import dev.stele.cli.load.BenchCompareCommand;
import dev.stele.cli.load.BenchGetCommand;
import dev.stele.cli.load.BenchGrowthCommand;
import dev.stele.cli.load.BenchLeaseCommand;
import dev.stele.cli.load.BenchMemberCommand;
import dev.stele.cli.load.BenchPutCommand;
import dev.stele.cli.load.BenchWatchCommand;
import dev.stele.cli.member.MemberAwaitCommand;
import dev.stele.cli.member.MemberCommand;
import dev.stele.cli.member.MemberDeregisterCommand;
import dev.stele.cli.member.MemberDrainCommand;
import dev.stele.cli.member.MemberListCommand;
import dev.stele.cli.member.MemberRegisterCommand;
import dev.stele.cli.member.MemberReportCommand;
import dev.stele.cli.member.MemberShowCommand;
import dev.stele.cli.output.Durations;
import dev.stele.cli.output.OutputFormat;
import dev.stele.cli.server.ConfigCommand;
import dev.stele.cli.server.ConfigPrintCommand;
import dev.stele.cli.server.RehearseCommand;
import dev.stele.cli.server.ServerCommand;
import dev.stele.client.error.Reason;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** All commands, and what happens around each of them. */
public final class Cli {
  private Cli() {}

  /** {@code stele}. */
  @Command(
      name = "stele",
      header = "A Raft-backed store for the few facts that a control plane must agree on.",
      synopsisSubcommandLabel = "COMMAND",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      footerHeading = "%nExit codes:%n",
      footer = {
        "  0  done",
        "  1  refused: a compare failed, fenced, not found, full; nothing happened",
        "  2  wrong usage or input; nothing happened",
        "  3  nobody could serve it in time; nothing happened",
        "  4  it may have happened",
        "",
        "First steps:",
        "  stele dev --detach",
        "  stele put desired/prod/web --replicas 3",
        "  stele get desired/prod/web",
        "  stele cluster status",
        "  stele dev --stop"
      })
  static final class Root {}

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Cli.class.getPackage().getImplementationVersion();
      String java = System.getProperty("java.version");
      return new String[] {"stele " + (version == null ? "dev" : version) + " (Java " + java + ")"};
    }
  }

  /** Runs one command; gives its exit code. */
  public static int run(Terminal terminal, String... args) {
    CommandLine commands = commands(terminal, args);
    OutputFormat format = OutputFormat.askedBy(List.of(args));
    commands.setParameterExceptionHandler(
        (problem, all) -> Failures.report(terminal, format, usage(problem)));
    commands.setExecutionExceptionHandler(
        (failure, command, parsed) -> Failures.report(terminal, format, failure));
    commands.setExecutionStrategy(parsed -> execute(terminal, parsed));
    int code = commands.execute(args);
    terminal.out().flush();
    return code;
  }

  /** All that these arguments can ask for: a node that starts does not read about the others. */
  private static CommandLine commands(Terminal terminal, String... args) {
    CommandLine root = new CommandLine(new Root());
    return args.length > 0 && args[0].equals("server")
        ? equipped(terminal, root.addSubcommand(new ServerCommand(terminal)))
        : commands(terminal);
  }

  static CommandLine commands(Terminal terminal) {
    CommandLine root =
        new CommandLine(new Root())
            .addSubcommand(new DevCommand(terminal))
            .addSubcommand(new ServerCommand(terminal))
            .addSubcommand(new RehearseCommand(terminal))
            .addSubcommand(new PutCommand(terminal))
            .addSubcommand(new GetCommand(terminal))
            .addSubcommand(new ListCommand(terminal))
            .addSubcommand(new HistoryCommand(terminal))
            .addSubcommand(new WatchCommand(terminal))
            .addSubcommand(new DeleteCommand(terminal))
            .addSubcommand(new TxnCommand(terminal))
            .addSubcommand(
                group(new KindCommand())
                    .addSubcommand(new KindListCommand(terminal))
                    .addSubcommand(new KindSetCommand(terminal))
                    .addSubcommand(new KindDeleteCommand(terminal)))
            .addSubcommand(leases(terminal))
            .addSubcommand(members(terminal))
            .addSubcommand(claims(terminal))
            .addSubcommand(group(new ClusterCommand()).addSubcommand(new StatusCommand(terminal)))
            .addSubcommand(new AppliedCommand(terminal))
            .addSubcommand(new HashCommand(terminal))
            .addSubcommand(new CompactCommand(terminal))
            .addSubcommand(
                group(new ConfigCommand()).addSubcommand(new ConfigPrintCommand(terminal)))
            .addSubcommand(
                group(new BenchCommand())
                    .addSubcommand(new BenchPutCommand(terminal))
                    .addSubcommand(new BenchGetCommand(terminal))
                    .addSubcommand(new BenchWatchCommand(terminal))
                    .addSubcommand(new BenchLeaseCommand(terminal))
                    .addSubcommand(new BenchMemberCommand(terminal))
                    .addSubcommand(new BenchCompareCommand(terminal))
                    .addSubcommand(new BenchGrowthCommand(terminal)))
            .addSubcommand(new CompletionCommand(terminal))
            .addSubcommand(new HelpCommand());
    return equipped(terminal, root);
  }

  private static CommandLine equipped(Terminal terminal, CommandLine commands) {
    commands.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
    commands.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
    commands.setCaseInsensitiveEnumValuesAllowed(true);
    commands.setUsageHelpAutoWidth(true);
    commands.registerConverter(Duration.class, Cli::duration);
    eachBelow(commands);
    return commands;
  }

  private static CommandLine leases(Terminal terminal) {
    return group(new LeaseCommand())
        .addSubcommand(new LeaseAcquireCommand(terminal))
        .addSubcommand(new LeaseHoldCommand(terminal))
        .addSubcommand(new LeaseRenewCommand(terminal))
        .addSubcommand(new LeaseReleaseCommand(terminal))
        .addSubcommand(new LeaseHandoverCommand(terminal))
        .addSubcommand(new LeaseShowCommand(terminal))
        .addSubcommand(new LeaseListCommand(terminal));
  }

  private static CommandLine members(Terminal terminal) {
    return group(new MemberCommand())
        .addSubcommand(new MemberRegisterCommand(terminal))
        .addSubcommand(new MemberListCommand(terminal))
        .addSubcommand(new MemberShowCommand(terminal))
        .addSubcommand(new MemberAwaitCommand(terminal))
        .addSubcommand(new MemberReportCommand(terminal))
        .addSubcommand(new MemberDrainCommand(terminal))
        .addSubcommand(new MemberDeregisterCommand(terminal));
  }

  private static CommandLine claims(Terminal terminal) {
    return group(new ClaimCommand())
        .addSubcommand(new ClaimPoolCommand(terminal))
        .addSubcommand(new ClaimAddCommand(terminal))
        .addSubcommand(new ClaimNextCommand(terminal))
        .addSubcommand(new ClaimTakeoverCommand(terminal))
        .addSubcommand(new ClaimDrainCommand(terminal))
        .addSubcommand(new ClaimReleaseCommand(terminal))
        .addSubcommand(new ClaimListCommand(terminal));
  }

  private static CommandLine group(Object command) {
    return new CommandLine(command);
  }

  /** Help is an option of every command. */
  private static void eachBelow(CommandLine parent) {
    for (CommandLine command : parent.getSubcommands().values()) {
      if (!(command.getCommand() instanceof HelpCommand)) {
        command.getCommandSpec().mixinStandardHelpOptions(true);
        command.getCommandSpec().versionProvider(new Version());
        eachBelow(command);
      }
    }
  }

  private static Duration duration(String text) {
    try {
      return Durations.parse(text);
    } catch (IllegalArgumentException otherForm) {
      throw new TypeConversionException(otherForm.getMessage());
    }
  }

  private static int execute(Terminal terminal, ParseResult parsed) {
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    CommandLine command = last.commandSpec().commandLine();
    boolean asksForHelp = command.isUsageHelpRequested() || command.isVersionHelpRequested();
    boolean runs =
        command.getCommand() instanceof Callable || command.getCommand() instanceof Runnable;
    if (!asksForHelp && !runs) {
      command.usage(terminal.err());
      throw new ParameterException(command, "which command?");
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  private static CliException usage(ParameterException problem) {
    String message = String.valueOf(problem.getMessage()).replaceFirst("^Error: ", "");
    String command = problem.getCommandLine().getCommandSpec().qualifiedName();
    if (problem instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      message += "; did you mean " + String.join(" or ", unmatched.getSuggestions()) + "?";
    }
    String field = problem.getArgSpec() instanceof OptionSpec option ? option.longestName() : null;
    return new CliException(Reason.INVALID_FIELD, message + " (" + command + " --help)", field);
  }
}
