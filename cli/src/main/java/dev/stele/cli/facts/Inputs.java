// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.facts;

import dev.stele.cli.CliException;
import dev.stele.cli.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads what the command line names. */
public final class Inputs {
  /**
   * Bytes of a file that is read; a transaction of the greatest size fits, however it is written.
   */
  static final int MAX_BYTES = 4 << 20;

  private Inputs() {}

  /** The file's text, or standard input's for {@code -}. */
  public static String read(Terminal terminal, String option, String file) {
    byte[] bytes = readBytes(terminal, option, file);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException notUtf8) {
      throw CliException.badInput(option, file + " is not UTF-8");
    }
  }

  /** The same, whatever it holds. */
  static byte[] readBytes(Terminal terminal, String option, String file) {
    try (InputStream in =
        file.equals("-") ? terminal.in() : Files.newInputStream(terminal.resolve(Path.of(file)))) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw CliException.badInput(option, file + " is larger than " + MAX_BYTES + " bytes");
      }
      return bytes;
    } catch (IOException | IllegalArgumentException unreadable) {
      throw CliException.badInput(option, "can't read " + file + ": " + unreadable);
    }
  }
}
