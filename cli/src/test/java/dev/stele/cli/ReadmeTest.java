// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.client.Fact;
import dev.stele.client.Keys;
import dev.stele.client.StoreClient;
import dev.stele.client.kind.DesiredState;
import dev.stele.server.testing.LocalCluster;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** The Java code in the README, as it stands there, compiles and does what it says. */
final class ReadmeTest {
  private static final Pattern JAVA_BLOCK = Pattern.compile("(?s)```java\n(.*?)```");

  /** Addresses that a reader has a cluster at, and a test has not. */
  private static final String READERS_CLUSTER = "\"127.0.0.1:7400,127.0.0.1:7410,127.0.0.1:7420\"";

  private static final String IMPORTS =
      """
      import static org.junit.jupiter.api.Assertions.*;
      import dev.stele.client.*;
      import dev.stele.client.kind.*;
      import dev.stele.server.boot.*;
      import dev.stele.server.boot.config.*;
      import dev.stele.server.testing.*;
      import java.nio.file.Path;
      import java.time.Duration;
      import org.junit.jupiter.api.*;
      import org.junit.jupiter.api.extension.*;
      """;

  private static List<String> blocks;

  @TempDir Path directory;

  @BeforeAll
  static void read() throws IOException {
    Path readme = Path.of("").toAbsolutePath().getParent().resolve("README.md");
    blocks = JAVA_BLOCK.matcher(Files.readString(readme)).results().map(it -> it.group(1)).toList();
  }

  @Test
  void allOfItIsTriedHere() {
    assertThat(blocks).hasSize(3);
    assertThat(theOneWith(READERS_CLUSTER)).isNotEqualTo(theOneWith("StoreServer.start"));
    assertThat(theOneWith("@RegisterExtension")).contains("final class SchedulerTest");
  }

  private static String theOneWith(String text) {
    List<String> found = blocks.stream().filter(block -> block.contains(text)).toList();
    assertThat(found).as(text).hasSize(1);
    return found.get(0);
  }

  @Test
  void theClientsLinesWriteWhatTheySay() throws Exception {
    try (LocalCluster cluster = LocalCluster.start(3)) {
      String endpoints = String.join(",", cluster.endpoints());
      run(theOneWith(READERS_CLUSTER).replace(READERS_CLUSTER, "\"" + endpoints + "\""));
      try (StoreClient store = StoreClient.connect(endpoints)) {
        Fact<DesiredState> web =
            store.facts().get(Keys.desired("prod/web")).join().fact().orElseThrow();
        assertThat(web.body()).isEqualTo(DesiredState.replicas(5));
        assertThat(web.version()).isEqualTo(2);
      }
    }
  }

  @Test
  void theNodeOfTheEmbeddingLinesServesAndKeepsItsDataFromOneRunToTheNext() throws Exception {
    Path data = directory.resolve("data");
    String code =
        theOneWith("StoreServer.start")
            .replace("Path.of(\"data\")", "Path.of(\"" + data + "\")")
            .replace("ports(7400)", "ports(" + threeFreePorts() + ")");
    assertThat(code).doesNotContain("7400", "\"data\"");
    run(code);
    run(code);
    assertThat(data.resolve("node.json")).exists();
  }

  @Test
  void theTestOfTheTestingLinesPasses() throws Exception {
    Path classes = compile("SchedulerTest", IMPORTS + theOneWith("@RegisterExtension"));
    ClassLoader outer = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader loader = loader(classes)) {
      Thread.currentThread().setContextClassLoader(loader);
      LauncherDiscoveryRequest request =
          LauncherDiscoveryRequestBuilder.request()
              .selectors(DiscoverySelectors.selectClass(loader.loadClass("SchedulerTest")))
              .build();
      SummaryGeneratingListener listener = new SummaryGeneratingListener();
      LauncherFactory.create().execute(request, listener);
      TestExecutionSummary summary = listener.getSummary();
      assertThat(summary.getFailures())
          .extracting(TestExecutionSummary.Failure::getException)
          .isEmpty();
      assertThat(summary.getTestsSucceededCount()).isEqualTo(1);
    } finally {
      Thread.currentThread().setContextClassLoader(outer);
    }
  }

  private void run(String lines) throws Exception {
    String source =
        IMPORTS
            + "public final class Lines {\n  public static void run() throws Exception {\n"
            + lines
            + "  }\n}\n";
    try (URLClassLoader loader = loader(compile("Lines", source))) {
      Method run = loader.loadClass("Lines").getMethod("run");
      run.invoke(null);
    }
  }

  private static URLClassLoader loader(Path classes) throws IOException {
    return new URLClassLoader(
        new URL[] {classes.toUri().toURL()}, ReadmeTest.class.getClassLoader());
  }

  private Path compile(String name, String source) throws IOException {
    Path classes = Files.createDirectories(directory.resolve("classes"));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    assertThat(compiler).as("a JDK, not a JRE").isNotNull();
    StringWriter messages = new StringWriter();
    boolean compiled =
        compiler
            .getTask(
                messages,
                null,
                null,
                List.of("-proc:none", "-nowarn", "-d", classes.toString()),
                null,
                List.of(new Source(name, source)))
            .call();
    assertThat(compiled).as(messages.toString()).isTrue();
    return classes;
  }

  /** Below those that systems give to outgoing connections. */
  private static int threeFreePorts() {
    return ThreadLocalRandom.current()
        .ints(20_000, 32_000)
        .filter(first -> isFree(first) && isFree(first + 1) && isFree(first + 2))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String name, String text) {
      super(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
