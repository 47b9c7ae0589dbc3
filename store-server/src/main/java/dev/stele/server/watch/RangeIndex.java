// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds everybody whose range holds a key, in time that grows with the logarithm of the ranges and
 * with those that are found.
 *
 * <p>An interval tree: a search tree of ranges, each node knowing the greatest end below it (Cormen
 * et al., Introduction to Algorithms, 14.3), kept in balance as a treap (Seidel and Aragon, 1996).
 * Members of equal ranges share a node. One thread.
 */
final class RangeIndex<T> {
  private @Nullable Node<T> root;
  private int ranges;

  /** The state of the generator (xorshift64) that the treap's balance comes from. */
  private long random = 0x9E3779B97F4A7C15L;

  /** Adds {@code member}, once, for {@code range}. */
  void add(KeyRange range, T member) {
    root = add(root, range, member);
  }

  /** Takes it away again; nothing happens when it is not there. */
  void remove(KeyRange range, T member) {
    root = remove(root, range, member);
  }

  /** Shows everybody whose range holds {@code key}; nobody may be added or removed meanwhile. */
  void find(Key key, Consumer<? super T> found) {
    find(root, key.bytes(), found);
  }

  /** Different ranges. */
  int ranges() {
    return ranges;
  }

  boolean isEmpty() {
    return root == null;
  }

  private static <T> void find(@Nullable Node<T> from, Bytes key, Consumer<? super T> found) {
    Node<T> node = from;
    while (node != null && isBefore(key, node.greatestEnd)) {
      find(node.left, key, found);
      if (key.compareTo(node.range.from()) < 0) {
        return;
      }
      if (isBefore(key, node.range.to())) {
        node.members.forEach(found);
      }
      node = node.right;
    }
  }

  private static boolean isBefore(Bytes key, Optional<Bytes> end) {
    return end.isEmpty() || key.compareTo(end.get()) < 0;
  }

  private Node<T> add(@Nullable Node<T> node, KeyRange range, T member) {
    if (node == null) {
      ranges++;
      return new Node<>(range, member, nextRandom());
    }
    int order = compare(range, node.range);
    if (order == 0) {
      node.members.add(member);
      return node;
    }
    if (order < 0) {
      Node<T> left = add(node.left, range, member);
      node.left = left;
      return left.priority > node.priority ? rotateRight(node, left) : measured(node);
    }
    Node<T> right = add(node.right, range, member);
    node.right = right;
    return right.priority > node.priority ? rotateLeft(node, right) : measured(node);
  }

  private @Nullable Node<T> remove(@Nullable Node<T> node, KeyRange range, T member) {
    if (node == null) {
      return null;
    }
    int order = compare(range, node.range);
    if (order < 0) {
      node.left = remove(node.left, range, member);
    } else if (order > 0) {
      node.right = remove(node.right, range, member);
    } else if (node.members.remove(member) && node.members.isEmpty()) {
      ranges--;
      return joined(node.left, node.right);
    }
    return measured(node);
  }

  /** One tree of two, where everything in {@code left} is before everything in {@code right}. */
  private static <T> @Nullable Node<T> joined(@Nullable Node<T> left, @Nullable Node<T> right) {
    if (left == null || right == null) {
      return left == null ? right : left;
    }
    if (left.priority > right.priority) {
      left.right = joined(left.right, right);
      return measured(left);
    }
    right.left = joined(left, right.left);
    return measured(right);
  }

  private static <T> Node<T> rotateRight(Node<T> node, Node<T> left) {
    node.left = left.right;
    left.right = measured(node);
    return measured(left);
  }

  private static <T> Node<T> rotateLeft(Node<T> node, Node<T> right) {
    node.right = right.left;
    right.left = measured(node);
    return measured(right);
  }

  private static <T> Node<T> measured(Node<T> node) {
    Optional<Bytes> end = node.range.to();
    if (node.left != null) {
      end = later(end, node.left.greatestEnd);
    }
    if (node.right != null) {
      end = later(end, node.right.greatestEnd);
    }
    node.greatestEnd = end;
    return node;
  }

  private static Optional<Bytes> later(Optional<Bytes> one, Optional<Bytes> other) {
    return compareEnds(one, other) < 0 ? other : one;
  }

  private static int compare(KeyRange one, KeyRange other) {
    int byFrom = one.from().compareTo(other.from());
    return byFrom != 0 ? byFrom : compareEnds(one.to(), other.to());
  }

  private static int compareEnds(Optional<Bytes> one, Optional<Bytes> other) {
    if (one.isEmpty() || other.isEmpty()) {
      return Boolean.compare(one.isEmpty(), other.isEmpty());
    }
    return one.get().compareTo(other.get());
  }

  private long nextRandom() {
    random ^= random << 13;
    random ^= random >>> 7;
    random ^= random << 17;
    return random;
  }

  private static final class Node<T> {
    private final KeyRange range;
    private final long priority;
    private final Set<T> members = new LinkedHashSet<>();
    private @Nullable Node<T> left;
    private @Nullable Node<T> right;
    private Optional<Bytes> greatestEnd;

    Node(KeyRange range, T member, long priority) {
      this.range = range;
      this.priority = priority;
      this.greatestEnd = range.to();
      members.add(member);
    }
  }
}
