// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.entry;

import dev.stele.server.core.command.Command;
import dev.stele.server.core.model.Stamp;
import java.util.List;

/** What a log entry says. */
public record DecodedEntry(Stamp stamp, List<Command> commands) {
  public DecodedEntry {
    commands = List.copyOf(commands);
  }
}
