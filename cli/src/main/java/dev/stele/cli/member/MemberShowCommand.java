// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.member;

import dev.stele.cli.CliException;
import dev.stele.cli.ExitCode;
import dev.stele.cli.StoreCommand;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Printable;
import dev.stele.client.Fact;
import dev.stele.client.Keys;
import dev.stele.client.MemberInfo;
import dev.stele.client.StoreClient;
import dev.stele.client.error.Reason;
import dev.stele.client.kind.Member;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code stele member show}. */
@Command(
    name = "show",
    header = "Show a member.",
    description = "Exit code 1 when there is none of this name; one that is lost is shown.",
    footerHeading = "%nExamples:%n",
    footer = {"  stele member show rack1/node7", "  stele member show rack1/node7 -o json"})
public final class MemberShowCommand extends StoreCommand {
  @Parameters(paramLabel = "NAME", description = "The member, without the kind.")
  private String name = "";

  /** For this terminal. */
  public MemberShowCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected int run(StoreClient client) throws Exception {
    Fact<Member> fact =
        await(client.facts().get(Keys.member(name)))
            .fact()
            .orElseThrow(
                () -> new CliException(Reason.NOT_FOUND, "there is no member/" + name, "name"));
    if (isJson()) {
      print(MemberView.json(new MemberInfo(name, fact.body(), fact.modRevision(), fact.lease())));
      return ExitCode.OK;
    }
    Member member = fact.body();
    print("member/" + Printable.of(name));
    print("  address      " + Printable.of(member.address()));
    print("  health       " + MemberView.health(member));
    print("  incarnation  " + Long.toUnsignedString(member.incarnation()));
    print("  capacity     " + shown(member.capacity(), Long::toUnsignedString));
    print("  labels       " + shown(member.labels(), Function.identity()));
    print("  lease        " + fact.lease().map(l -> l.name() + ":" + l.token()).orElse("-"));
    print("  revision     " + fact.modRevision());
    return ExitCode.OK;
  }

  private static <T> String shown(java.util.Map<String, T> map, Function<T, String> text) {
    return Printable.of(MemberView.pairs(map, text));
  }
}
