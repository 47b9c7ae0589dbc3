// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.testing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names in an expression of Prometheus' language. It reads what our dashboard and alerts use
 * (selectors, aggregations, functions, arithmetic) and refuses whatever else it meets: what it does
 * not understand it can't vouch for.
 *
 * @param matchers label and value of each selector, by metric
 * @param grouped labels in {@code by} and the like
 */
record PromQl(Map<String, Map<String, String>> matchers, Set<String> grouped) {
  private static final Set<String> FUNCTIONS =
      Set.of(
          "absent",
          "avg",
          "changes",
          "count",
          "histogram_quantile",
          "increase",
          "max",
          "max_over_time",
          "min",
          "rate",
          "sum",
          "vector");

  private static final Set<String> OPERATORS = Set.of("and", "or", "unless", "bool");
  private static final Set<String> GROUPINGS = Set.of("by", "without", "on", "ignoring");

  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s+"
              + "|(?<range>\\[(?:[0-9]+[smhd]|\\$__rate_interval)])"
              + "|(?<text>\"(?:[^\"\\\\]|\\\\.)*\")"
              + "|(?<number>[0-9]+(?:\\.[0-9]+)?)"
              + "|(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)"
              + "|(?<sign>==|!=|>=|<=|=~|!~|[-+*/%^<>=(){},])");

  static PromQl parse(String expression) {
    Parser parser = new Parser(expression, tokens(expression));
    parser.run();
    return new PromQl(parser.matchers, parser.grouped);
  }

  private static Deque<String> tokens(String expression) {
    Deque<String> tokens = new ArrayDeque<>();
    Matcher matcher = TOKEN.matcher(expression);
    int end = 0;
    while (end < expression.length()) {
      if (!matcher.find(end) || matcher.start() != end) {
        throw new IllegalArgumentException(
            "not understood: " + expression.substring(end) + " in " + expression);
      }
      if (matcher.group("range") == null && !matcher.group().isBlank()) {
        tokens.add(matcher.group());
      }
      end = matcher.end();
    }
    return tokens;
  }

  private static final class Parser {
    private final String expression;
    private final Deque<String> tokens;
    private final Map<String, Map<String, String>> matchers = new TreeMap<>();
    private final Set<String> grouped = new LinkedHashSet<>();
    private int open;

    Parser(String expression, Deque<String> tokens) {
      this.expression = expression;
      this.tokens = tokens;
    }

    void run() {
      while (!tokens.isEmpty()) {
        String token = tokens.removeFirst();
        if (Character.isLetter(token.charAt(0)) || token.charAt(0) == '_') {
          name(token);
        } else if (token.equals("(")) {
          open++;
        } else if (token.equals(")")) {
          open--;
        } else if (token.equals("{") || token.equals("}")) {
          throw refused("a selector without a metric");
        }
      }
      if (open != 0 || matchers.isEmpty()) {
        throw refused("parentheses that don't match, or no metric");
      }
    }

    private void name(String name) {
      if (GROUPINGS.contains(name)) {
        grouped.addAll(list(name));
      } else if (OPERATORS.contains(name)) {
        return;
      } else if (FUNCTIONS.contains(name)) {
        if (!"(".equals(tokens.peekFirst()) && !GROUPINGS.contains(tokens.peekFirst())) {
          throw refused(name + " without arguments");
        }
      } else if ("(".equals(tokens.peekFirst())) {
        throw refused("unknown function " + name);
      } else {
        Map<String, String> labels = matchers.computeIfAbsent(name, it -> new TreeMap<>());
        if ("{".equals(tokens.peekFirst())) {
          selector(labels);
        }
      }
    }

    private List<String> list(String grouping) {
      take("(", grouping);
      List<String> names = new ArrayList<>();
      do {
        names.add(tokens.removeFirst());
      } while (",".equals(tokens.peekFirst()) && tokens.removeFirst() != null);
      take(")", grouping);
      return names;
    }

    private void selector(Map<String, String> labels) {
      take("{", "a selector");
      do {
        String label = tokens.removeFirst();
        String sign = tokens.removeFirst();
        if (!Set.of("=", "!=", "=~", "!~").contains(sign)) {
          throw refused("the sign " + sign);
        }
        String value = tokens.removeFirst();
        labels.put(label, value.substring(1, value.length() - 1));
      } while (",".equals(tokens.peekFirst()) && tokens.removeFirst() != null);
      take("}", "a selector");
    }

    private void take(String expected, String where) {
      if (!expected.equals(tokens.pollFirst())) {
        throw refused(where + " without " + expected);
      }
    }

    private IllegalArgumentException refused(String what) {
      return new IllegalArgumentException(what + ": " + expression);
    }
  }
}
