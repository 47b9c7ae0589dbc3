// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.stele.proto.v1.WatcherName;
import dev.stele.server.core.model.Reason;
import dev.stele.server.wire.WatchCall;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The dashboard, the alerts and the docs speak of metrics that there are. */
final class ObservabilityTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final Path DASHBOARD = ROOT.resolve("config/grafana/stele-dashboard.json");
  private static final Path ALERTS = ROOT.resolve("config/prometheus/alerts.yaml");
  private static final Path SCRAPE = ROOT.resolve("config/prometheus/prometheus.yaml");
  private static final Path OPERATIONS = ROOT.resolve("docs/operations.md");

  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? [^ ]+");
  private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"");
  private static final Pattern DOCUMENTED = Pattern.compile("`(stele_[a-z_]+)`");

  /** What Micrometer's types add to a name. */
  private static final Pattern SUFFIX = Pattern.compile("_(bucket|count|sum|max)$");

  /** What Prometheus itself knows of each target, and adds to each sample. */
  private static final Set<String> TARGET_LABELS = Set.of("job", "instance");

  /** Labels by metric, as three nodes tell them after some work. */
  private static final Map<String, Set<String>> EXPOSED = new TreeMap<>();

  @BeforeAll
  static void readTheMetricsOfAClusterThatWorked() throws InterruptedException, IOException {
    try (LocalCluster cluster = LocalCluster.start(3)) {
      for (String endpoint : cluster.endpoints()) {
        try (RawClient client = new RawClient(endpoint)) {
          client.put("config/a", "x");
          client.get("config/a");
          assertThat(
                  catchThrowableOfType(
                      StatusRuntimeException.class, () -> client.put("nonsense", "x")))
              .isNotNull();
        }
      }
      ManagedChannel channel =
          NettyChannelBuilder.forTarget("dns:///" + cluster.endpoints().get(0))
              .usePlaintext()
              .build();
      WatchCall.open(channel)
          .send(
              WatchCall.create(1, "config/")
                  .setWatcher(WatcherName.newBuilder().setName("w").setIncarnation(1)));
      // Its pauses are shown once there was one.
      System.gc();
      // The rows by kind and by peer are renewed a few times a second.
      await()
          .atMost(Duration.ofSeconds(10))
          .until(
              () -> {
                readAll(cluster);
                return EXPOSED
                    .keySet()
                    .containsAll(Set.of("stele_facts", "stele_raft_lag", "stele_applied_lag"));
              });
      channel.shutdownNow();
    }
    EXPOSED.put("up", Set.of());
  }

  private static void readAll(LocalCluster cluster) throws IOException, InterruptedException {
    HttpClient http = HttpClient.newHttpClient();
    for (int node = 0; node < cluster.size(); node++) {
      URI metrics = URI.create("http://" + cluster.node(node).httpAddress() + "/metrics");
      String page =
          http.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
              .body();
      page.lines().filter(line -> !line.startsWith("#")).forEach(ObservabilityTest::note);
    }
  }

  private static void note(String line) {
    Matcher sample = SAMPLE.matcher(line);
    assertThat(sample.matches()).as(line).isTrue();
    Set<String> labels = EXPOSED.computeIfAbsent(sample.group(1), it -> new TreeSet<>());
    if (sample.group(2) != null) {
      LABEL.matcher(sample.group(2)).results().forEach(it -> labels.add(it.group(1)));
    }
  }

  @Test
  void everyPanelOfTheDashboardDrawsSomethingThatThereIs() throws IOException {
    List<String> expressions = new ArrayList<>();
    for (JsonNode panel : dashboard().get("panels")) {
      if (panel.get("type").asText().equals("row")) {
        continue;
      }
      assertThat(panel.get("title").asText()).isNotEmpty();
      assertThat(panel.get("datasource").get("uid").asText()).isEqualTo("${datasource}");
      assertThat(panel.get("targets")).as(panel.get("title").asText()).isNotEmpty();
      panel.get("targets").forEach(target -> expressions.add(target.get("expr").asText()));
    }
    assertThat(expressions).hasSizeGreaterThan(30).allSatisfy(ObservabilityTest::assertKnown);
  }

  @Test
  void theDashboardsVariablesAreThoseThatItUses() throws IOException {
    String json = Files.readString(DASHBOARD);
    Set<String> names = new HashSet<>(Set.of("__rate_interval", "__all"));
    for (JsonNode variable : dashboard().get("templating").get("list")) {
      names.add(variable.get("name").asText());
      if (variable.get("type").asText().equals("query")) {
        Matcher query =
            Pattern.compile("label_values\\((\\w+), (\\w+)\\)")
                .matcher(variable.get("definition").asText());
        assertThat(query.matches()).isTrue();
        assertThat(EXPOSED.get(query.group(1))).contains(query.group(2));
      }
    }
    assertThat(
            Pattern.compile("\\$\\{?(\\w+)")
                .matcher(json)
                .results()
                .map(it -> it.group(1))
                .toList())
        .isSubsetOf(names);
  }

  @Test
  void gridPlacesOfPanelsDontOverlap() throws IOException {
    Set<String> cells = new HashSet<>();
    Set<Integer> ids = new HashSet<>();
    for (JsonNode panel : dashboard().get("panels")) {
      assertThat(ids.add(panel.get("id").asInt())).isTrue();
      JsonNode at = panel.get("gridPos");
      int right = at.get("x").asInt() + at.get("w").asInt();
      assertThat(right).isLessThanOrEqualTo(24);
      for (int x = at.get("x").asInt(); x < right; x++) {
        for (int y = at.get("y").asInt(); y < at.get("y").asInt() + at.get("h").asInt(); y++) {
          assertThat(cells.add(x + "," + y)).as(panel.get("title").asText()).isTrue();
        }
      }
    }
  }

  @Test
  void everyAlertLooksAtSomethingThatThereIsAndTellsWhatToDo() throws IOException {
    Set<String> anchors =
        Files.readAllLines(OPERATIONS).stream()
            .filter(line -> line.startsWith("#"))
            .map(ObservabilityTest::anchor)
            .collect(Collectors.toSet());
    Set<String> names = new HashSet<>();
    for (Map<?, ?> rule : rules()) {
      String name = (String) rule.get("alert");
      assertThat(names.add(name)).as(name).isTrue();
      assertThat(name).startsWith("Stele");
      assertKnown((String) rule.get("expr"));
      assertThat(((Map<?, ?>) rule.get("labels")).get("severity")).isIn("page", "ticket");
      Map<?, ?> annotations = (Map<?, ?>) rule.get("annotations");
      assertThat((String) annotations.get("summary")).isNotBlank();
      assertThat((String) annotations.get("description")).isNotBlank();
      assertThat((String) annotations.get("runbook")).startsWith("docs/operations.md#");
      assertThat(anchors)
          .as(name)
          .contains(((String) annotations.get("runbook")).replaceFirst(".*#", ""));
    }
    assertThat(names).hasSizeGreaterThan(10);
  }

  @Test
  void theScrapeExampleLoadsTheAlertsAndNamesTheJobThatTheyLookFor() throws IOException {
    Map<String, Object> scrape = new Yaml().load(Files.readString(SCRAPE));
    assertThat(scrape.get("rule_files")).isEqualTo(List.of(ALERTS.getFileName().toString()));
    Map<?, ?> job = (Map<?, ?>) ((List<?>) scrape.get("scrape_configs")).get(0);
    assertThat(job.get("job_name")).isEqualTo("stele");
    assertThat(job.get("metrics_path")).isEqualTo("/metrics");
  }

  @Test
  void theDocsListEveryMetricOfOursAndNoOther() throws IOException {
    Set<String> documented =
        DOCUMENTED
            .matcher(Files.readString(OPERATIONS))
            .results()
            .map(it -> it.group(1))
            .collect(Collectors.toSet());
    Set<String> exposed =
        EXPOSED.keySet().stream()
            .filter(name -> name.startsWith("stele_"))
            .map(name -> SUFFIX.matcher(name).replaceFirst(""))
            .collect(Collectors.toSet());
    assertThat(documented).containsExactlyInAnyOrderElementsOf(exposed);
  }

  @Test
  void latenciesHaveBucketsThatQuantilesOfSeveralNodesCanBeMadeOf() {
    for (String timer : List.of("api_requests", "commit", "apply", "confirm_rounds", "fsync")) {
      assertThat(EXPOSED.get("stele_" + timer + "_seconds_bucket")).contains("le", "node");
    }
    assertThat(EXPOSED.get("stele_proposer_batch_bucket")).contains("le", "node");
  }

  private static void assertKnown(String expression) {
    PromQl read = PromQl.parse(expression);
    Set<String> labelsOfAll = new HashSet<>(TARGET_LABELS);
    read.matchers()
        .forEach(
            (metric, matchers) -> {
              assertThat(EXPOSED).as(expression).containsKey(metric);
              Set<String> labels = new HashSet<>(EXPOSED.get(metric));
              labels.addAll(TARGET_LABELS);
              assertThat(matchers.keySet()).as(expression).isSubsetOf(labels);
              labelsOfAll.addAll(labels);
              if (matchers.containsKey("reason")) {
                assertThat(Arrays.asList(matchers.get("reason").split("\\|")))
                    .as(expression)
                    .isSubsetOf(reasons(metric));
              }
            });
    assertThat(read.grouped()).as(expression).isSubsetOf(labelsOfAll);
  }

  private static List<String> reasons(String metric) {
    return metric.equals("stele_leases_lost_total")
        ? List.of("EXPIRED", "RELEASED")
        : Stream.of(Reason.values()).map(Reason::name).toList();
  }

  /** As GitHub makes it of a heading. */
  private static String anchor(String heading) {
    return heading
        .replaceFirst("#+ ", "")
        .toLowerCase(java.util.Locale.ROOT)
        .replaceAll("[^a-z0-9 _-]", "")
        .replace(' ', '-');
  }

  private static JsonNode dashboard() throws IOException {
    return new ObjectMapper().readTree(DASHBOARD.toFile());
  }

  private static List<Map<?, ?>> rules() throws IOException {
    Map<String, Object> alerts = new Yaml().load(Files.readString(ALERTS));
    List<Map<?, ?>> rules = new ArrayList<>();
    for (Object group : (List<?>) alerts.get("groups")) {
      for (Object rule : (List<?>) ((Map<?, ?>) group).get("rules")) {
        rules.add((Map<?, ?>) rule);
      }
    }
    return rules;
  }
}
