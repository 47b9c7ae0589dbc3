// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.confirm;

import dev.stele.server.consensus.confirm.RaftView.Voters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * A small Raft with joint consensus, in which messages are late, lost and overtaken, and links are
 * cut. Leaders never give up by themselves: the worst that a confirm round can meet.
 *
 * <p>Follows Ongaro, Consensus: Bridging Theory and Practice, chapters 3 and 4.3. Whole logs travel
 * in each append, since logs are short here.
 */
final class SimRaft {
  static final int NODES = 5;
  private static final int MAX_LOG = 40;

  /** An entry of the log; compared by identity. */
  static final class Entry {
    final long term;

    /** The configuration that it brings; null for a write, or a leader's first entry. */
    final Voters config;

    /** The node whose client waits for it, or -1. */
    final int proposer;

    Entry(long term, Voters config, int proposer) {
      this.term = term;
      this.config = config;
      this.proposer = proposer;
    }
  }

  static final class Node {
    final int number;
    final String id;
    long term;
    boolean leader;
    int votedFor = -1;
    int knownLeader = -1;
    Voters config;
    Set<String> votes = Set.of();
    final int[] match = new int[NODES];
    final List<Entry> log = new ArrayList<>();
    int firstOfTerm;
    int commit = -1;
    int applied = -1;

    Node(int number, Voters config) {
      this.number = number;
      this.id = name(number);
      this.config = config;
    }

    boolean ready() {
      return leader && applied >= firstOfTerm;
    }

    long lastTerm() {
      return log.isEmpty() ? 0 : log.get(log.size() - 1).term;
    }

    void moveTo(long newTerm) {
      if (newTerm > term) {
        term = newTerm;
        leader = false;
        votedFor = -1;
        knownLeader = -1;
      }
    }
  }

  /** Something on its way over a link. */
  record Message(int from, int to, boolean raft, Runnable arrival) {}

  /** Is told what happens. */
  interface Observer {
    void applied(Node node, int index, Entry entry);
  }

  final Node[] nodes = new Node[NODES];
  final SplittableRandom random;
  private final int unrest;

  /** Nodes that apply slowly, a bit for each. */
  private final int slow;

  private final Voters initial;
  private final Observer observer;
  private final List<Message> messages = new ArrayList<>();
  private final List<Entry> decided = new ArrayList<>();
  private final boolean[][] cut = new boolean[NODES][NODES];

  SimRaft(SplittableRandom random, Observer observer) {
    this.random = random;
    this.observer = observer;
    unrest = 2 + random.nextInt(17);
    int some = random.nextInt(1 << NODES);
    slow = some & random.nextInt(1 << NODES);
    initial = new Voters(someNames(), Set.of());
    for (int i = 0; i < NODES; i++) {
      nodes[i] = new Node(i, initial);
    }
  }

  static String name(int number) {
    return "n" + number;
  }

  static int number(String name) {
    return name.charAt(1) - '0';
  }

  Node someNode() {
    return nodes[random.nextInt(NODES)];
  }

  void send(int from, int to, boolean raft, Runnable arrival) {
    messages.add(new Message(from, to, raft, arrival));
  }

  /** One random move of Raft or of the network. */
  void step() {
    int move = random.nextInt(1_000);
    if (move < 550) {
      deliver();
    } else if (move < 620) {
      append(someLeader());
    } else if (move < 700) {
      write(someLeader());
    } else if (move < 900) {
      apply(someNode());
    } else if (move < 900 + unrest) {
      campaign(someNode());
    } else if (move < 930) {
      drop();
    } else if (move < 930 + unrest) {
      change(someLeader());
    } else if (move < 960 + unrest / 2) {
      partition();
    } else {
      heal();
      hurry(30);
    }
  }

  /** One of those who lead, or think so; anyone while nobody does. */
  Node someLeader() {
    List<Node> leaders = Arrays.stream(nodes).filter(node -> node.leader).toList();
    return leaders.isEmpty() ? someNode() : leaders.get(random.nextInt(leaders.size()));
  }

  /** What may happen to {@code node} in the middle of its own doings. */
  void interrupt(Node node) {
    for (int i = random.nextInt(5); i > 0; i--) {
      List<Message> forNode =
          messages.stream().filter(m -> m.raft() && m.to() == node.number).toList();
      if (!forNode.isEmpty()) {
        arrive(messages.indexOf(forNode.get(random.nextInt(forNode.size()))));
      }
    }
    for (int i = random.nextInt(8); i > 0; i--) {
      applyNext(node);
    }
  }

  /**
   * A leader is cut off, with or without friends and in the middle of a change or not, and others
   * elect another one, who gets on. Returns the one who was left behind.
   */
  Node overthrow() {
    Node old = someLeader();
    Node next = someNode();
    if (next == old) {
      return old;
    }
    for (int changes = random.nextInt(3); changes > 0; changes--) {
      change(old);
      hurry(random.nextInt(2) * 30);
    }
    heal();
    cutApart((random.nextInt(1 << NODES) | 1 << old.number) & ~(1 << next.number), false);
    if (random.nextBoolean()) {
      change(old);
      hurry(20);
    }
    campaign(next);
    hurry(random.nextInt(50));
    write(next);
    hurry(random.nextInt(50));
    if (random.nextBoolean()) {
      // Most of what was on its way to the one left behind is lost with the connections.
      messages.removeIf(message -> message.to() == old.number && random.nextInt(8) > 0);
    }
    if (random.nextBoolean()) {
      heal();
    }
    return old;
  }

  /** Another one takes over, and has only just begun to. */
  void handOver() {
    write(someLeader());
    hurry(20 + random.nextInt(20));
    Node next = someNode();
    campaign(next);
    hurry(5 + random.nextInt(20));
  }

  /** The network is quick for a while, where it is not cut. */
  void hurry(int moves) {
    for (int i = 0; i < moves; i++) {
      int open = 0;
      while (open < messages.size() && cutOff(messages.get(open))) {
        open++;
      }
      if (open < messages.size()) {
        arrive(open);
      } else {
        append(someLeader());
      }
      apply(someNode());
    }
  }

  /** Ends all partitions. */
  void heal() {
    for (boolean[] row : cut) {
      Arrays.fill(row, false);
    }
  }

  private void deliver() {
    if (messages.isEmpty()) {
      return;
    }
    // Mostly in order, now and then far out of it.
    int among = random.nextInt(4) == 0 ? messages.size() : Math.min(4, messages.size());
    int at = random.nextInt(among);
    arrive(at);
  }

  private void arrive(int at) {
    Message message = messages.get(at);
    if (!cutOff(message)) {
      messages.remove(at);
      message.arrival().run();
    } else if (random.nextInt(4) == 0) {
      // What waits at a cut link may come through when it heals, or may be lost.
      messages.remove(at);
    }
  }

  private boolean cutOff(Message message) {
    return cut[message.from()][message.to()];
  }

  private void drop() {
    if (!messages.isEmpty()) {
      messages.remove(random.nextInt(messages.size()));
    }
  }

  /** Cuts the nodes into two, in one direction or both; or heals. */
  private void partition() {
    heal();
    int kind = random.nextInt(3);
    if (kind > 0) {
      cutApart(random.nextInt(1 << NODES), kind == 1);
    }
  }

  private void cutApart(int side, boolean oneWay) {
    for (int a = 0; a < NODES; a++) {
      for (int b = 0; b < NODES; b++) {
        boolean inside = ((side >> a) & 1) == 1;
        boolean apart = inside != (((side >> b) & 1) == 1);
        cut[a][b] = apart && (inside || !oneWay);
      }
    }
  }

  private void campaign(Node node) {
    if (!listed(node) || node.leader) {
      return;
    }
    node.moveTo(node.term + 1);
    node.votedFor = node.number;
    node.votes = new HashSet<>(Set.of(node.id));
    elect(node);
    long term = node.term;
    long lastTerm = node.lastTerm();
    int length = node.log.size();
    for (Node other : nodes) {
      if (other != node) {
        send(node.number, other.number, true, () -> ask(node, other, term, lastTerm, length));
      }
    }
  }

  private void ask(Node candidate, Node voter, long term, long lastTerm, int length) {
    voter.moveTo(term);
    boolean upToDate =
        lastTerm > voter.lastTerm() || (lastTerm == voter.lastTerm() && length >= voter.log.size());
    boolean free = voter.votedFor < 0 || voter.votedFor == candidate.number;
    if (voter.term == term && free && upToDate && !voter.leader) {
      voter.votedFor = candidate.number;
      send(
          voter.number,
          candidate.number,
          true,
          () -> {
            if (candidate.term == term && !candidate.leader) {
              candidate.votes.add(voter.id);
              elect(candidate);
            }
          });
    }
  }

  private void elect(Node node) {
    if (!RoundRule.STANDARD.carried(node.config, node.votes)) {
      return;
    }
    node.leader = true;
    node.knownLeader = node.number;
    Arrays.fill(node.match, -1);
    node.firstOfTerm = node.log.size();
    node.log.add(new Entry(node.term, null, -1));
    advanceCommit(node);
    append(node);
  }

  private void write(Node node) {
    if (node.leader && node.log.size() < MAX_LOG) {
      node.log.add(new Entry(node.term, null, node.number));
      advanceCommit(node);
      append(node);
    }
  }

  /** Begins or ends a change of configuration, of any number of nodes at once. */
  private void change(Node node) {
    if (!node.ready() || lastConfigAt(node) > node.commit || node.log.size() >= MAX_LOG) {
      return;
    }
    Voters now = node.config;
    Voters next =
        now.previous().isEmpty()
            ? new Voters(someNames(), now.current())
            : new Voters(now.current(), Set.of());
    node.log.add(new Entry(node.term, next, -1));
    node.config = next;
    advanceCommit(node);
    append(node);
  }

  private void append(Node node) {
    if (!node.leader) {
      return;
    }
    long term = node.term;
    List<Entry> log = List.copyOf(node.log);
    int commit = node.commit;
    for (Node other : nodes) {
      if (other != node && random.nextInt(3) > 0) {
        send(node.number, other.number, true, () -> accept(node, other, term, log, commit));
      }
    }
  }

  private void accept(Node leader, Node follower, long term, List<Entry> log, int commit) {
    follower.moveTo(term);
    if (follower.term > term) {
      return;
    }
    if (follower.leader) {
      throw new IllegalStateException("two leaders in one term");
    }
    follower.knownLeader = leader.number;
    int same = 0;
    while (same < Math.min(log.size(), follower.log.size())
        && log.get(same) == follower.log.get(same)) {
      same++;
    }
    if (same < log.size()) {
      follower.log.subList(same, follower.log.size()).clear();
      follower.log.addAll(log.subList(same, log.size()));
      int config = lastConfigAt(follower);
      follower.config = config < 0 ? initial : follower.log.get(config).config;
    }
    commitTo(follower, Math.min(commit, log.size() - 1));
    int reached = log.size() - 1;
    send(
        follower.number,
        leader.number,
        true,
        () -> {
          if (leader.leader && leader.term == term) {
            leader.match[follower.number] = Math.max(leader.match[follower.number], reached);
            advanceCommit(leader);
          }
        });
  }

  private void advanceCommit(Node leader) {
    leader.match[leader.number] = leader.log.size() - 1;
    for (int at = leader.log.size() - 1; at > leader.commit; at--) {
      Set<String> have = new HashSet<>();
      for (Node node : nodes) {
        if (leader.match[node.number] >= at) {
          have.add(node.id);
        }
      }
      boolean ownTerm = leader.log.get(at).term == leader.term;
      if (ownTerm && RoundRule.STANDARD.carried(leader.config, have)) {
        commitTo(leader, at);
      }
    }
  }

  private void commitTo(Node node, int index) {
    while (node.commit < index) {
      node.commit++;
      Entry entry = node.log.get(node.commit);
      if (decided.size() == node.commit) {
        decided.add(entry);
      } else if (decided.get(node.commit) != entry) {
        throw new IllegalStateException("two entries were decided at " + node.commit);
      }
    }
  }

  private void apply(Node node) {
    if (((slow >> node.number) & 1) == 0 || random.nextInt(8) == 0) {
      applyNext(node);
    }
  }

  private void applyNext(Node node) {
    if (node.applied < node.commit) {
      node.applied++;
      observer.applied(node, node.applied, node.log.get(node.applied));
    }
  }

  private static int lastConfigAt(Node node) {
    for (int at = node.log.size() - 1; at >= 0; at--) {
      if (node.log.get(at).config != null) {
        return at;
      }
    }
    return -1;
  }

  private static boolean listed(Node node) {
    return node.config.current().contains(node.id) || node.config.previous().contains(node.id);
  }

  private Set<String> someNames() {
    Set<String> names = new TreeSet<>();
    int count = random.nextInt(8) == 0 ? 1 + random.nextInt(NODES) : 2 + random.nextInt(2);
    while (names.size() < count) {
      names.add(name(random.nextInt(NODES)));
    }
    return names;
  }
}
