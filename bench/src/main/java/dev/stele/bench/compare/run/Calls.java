// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import dev.stele.bench.LoopClient.Operation;
import dev.stele.bench.compare.Driver;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** What clients call: 10,000 keys, values of 256 bytes that don't compress. */
final class Calls {
  /** Keys that are written and read. */
  static final int KEYS = 10_000;

  /** What their names begin with. */
  static final String PREFIX = "keys/";

  /** Bytes of a value. */
  static final int VALUE_BYTES = 256;

  /** Keys that the watchers see. */
  static final int WATCHED_KEYS = 1_000;

  /** What watchers watch. */
  static final String WATCHED = "watched/";

  /** Of how many operations of the mix one is a write. */
  private static final int WRITE_EACH = 5;

  private static final String[] NAMES = names(PREFIX, KEYS);
  private static final String[] WATCHED_NAMES = names(WATCHED, WATCHED_KEYS);

  private Calls() {}

  private static String[] names(String prefix, int count) {
    String[] names = new String[count];
    for (int i = 0; i < count; i++) {
      names[i] = prefix + String.format("%06d", i);
    }
    return names;
  }

  /** A client each; they share the keys out among themselves. */
  static List<Operation> of(Row row, Driver driver) {
    List<Operation> clients = new ArrayList<>();
    for (int client = 0; client < row.clients(); client++) {
      clients.add(client(row, driver, client));
    }
    return clients;
  }

  private static Operation client(Row row, Driver driver, int number) {
    byte[] value = value(number);
    KeyTurns turns = new KeyTurns(number, row.clients());
    return switch (row.kind()) {
      case PUT, FAILOVER -> () -> driver.put(NAMES[turns.next()], value);
      case GET -> () -> driver.get(NAMES[turns.next()], true);
      case LOCAL_GET -> () -> driver.get(NAMES[turns.next()], false);
      case MIX -> () -> mix(driver, turns, value);
      case TRANSACTION -> () -> transact(driver, turns.next(), value);
      default -> throw new IllegalArgumentException(row + " is no closed loop of calls");
    };
  }

  private static CompletableFuture<?> mix(Driver driver, KeyTurns turns, byte[] value) {
    String key = NAMES[turns.next()];
    return turns.count % WRITE_EACH == 0 ? driver.put(key, value) : driver.get(key, true);
  }

  private static CompletableFuture<?> transact(Driver driver, int index, byte[] value) {
    return driver.transact(
        NAMES[index], NAMES[(index + 1) % KEYS], NAMES[(index + 2) % KEYS], value);
  }

  /** Clients that write what the watchers see, as fast as they can. */
  static List<Operation> watched(Driver driver, int clients, LongSupplier nanoTime) {
    List<Operation> operations = new ArrayList<>();
    for (int number = 0; number < clients; number++) {
      byte[] value = value(number);
      KeyTurns turns = new KeyTurns(number, clients);
      operations.add(
          () -> {
            String key = watchedKey(turns.next());
            return driver.put(key, stamped(value.clone(), nanoTime.getAsLong()));
          });
    }
    return operations;
  }

  static String watchedKey(long number) {
    return WATCHED_NAMES[(int) (number % WATCHED_KEYS)];
  }

  /** Has the value tell when its write was due. */
  static byte[] stamped(byte[] value, long dueNanos) {
    ByteBuffer.wrap(value).putLong(dueNanos);
    return value;
  }

  static byte[] value(int seed) {
    byte[] value = new byte[VALUE_BYTES];
    new Random(seed).nextBytes(value);
    return value;
  }

  /** Which key a client takes next; its own alone. */
  private static final class KeyTurns {
    private final int first;
    private final int step;
    private int index;
    private long count;

    KeyTurns(int first, int step) {
      this.first = first;
      this.step = step;
      this.index = first - step;
    }

    int next() {
      count++;
      index += step;
      if (index >= KEYS) {
        index = first;
      }
      return index;
    }
  }
}
