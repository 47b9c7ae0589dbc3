// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.util.Arrays;

/** Where the next page begins. It holds the revision of the first page and fits one query only. */
public final class PageToken {
  private final byte[] bytes;
  private final long revision;

  private PageToken(byte[] bytes, long revision) {
    this.bytes = bytes.clone();
    this.revision = revision;
  }

  /** A token that a page gave, from its parts. */
  public static PageToken of(byte[] bytes, long revision) {
    return new PageToken(bytes, revision);
  }

  /** A copy of the server's own, opaque token. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The revision that all pages share. */
  public long revision() {
    return revision;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PageToken that
        && revision == that.revision
        && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "PageToken[revision=" + revision + "]";
  }
}
