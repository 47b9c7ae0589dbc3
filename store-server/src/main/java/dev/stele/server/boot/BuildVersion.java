// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot;

/** Which build this is. */
final class BuildVersion {
  private BuildVersion() {}

  /** The version in the jar's manifest; {@code dev} where there is no jar. */
  static String text() {
    String version = BuildVersion.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }
}
