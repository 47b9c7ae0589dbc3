// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import dev.stele.server.boot.config.LogFormat;
import dev.stele.server.boot.config.StoreConfig;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.logstash.logback.encoder.LogstashEncoder;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** A node's log on standard error: a line an event, its fields as {@code key=value} or as JSON. */
final class ServerLog {
  /** What follows the message is every field of the event: node, term, revision, … */
  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0}: %replace(%msg){'[\\r\\n]+', ' | '}"
          + " %fields%n%ex";

  /** Libraries that say at INFO what only their authors need. */
  private static final List<String> CHATTY =
      List.of("org.apache.ratis", "io.grpc", "io.netty", "org.rocksdb");

  /** Warns, with a stack trace, of each call that its caller breaks off: callers fill no disk. */
  private static final String CALLERS_FAULTS =
      "io.grpc.netty.shaded.io.grpc.netty.NettyServerHandler";

  private ServerLog() {}

  /** From now on everything that is logged goes there. */
  static void open(StoreConfig.Log settings, String nodeId) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    context.putProperty(NodeFields.NODE, nodeId);
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setName("stderr");
    appender.setTarget("System.err");
    appender.setEncoder(encoder(settings.format(), context));
    appender.start();
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    Level level = Level.valueOf(settings.level().name());
    root.setLevel(level);
    root.addAppender(appender);
    if (level == Level.INFO) {
      CHATTY.forEach(name -> context.getLogger(name).setLevel(Level.WARN));
    }
    if (level.isGreaterOrEqual(Level.INFO)) {
      context.getLogger(CALLERS_FAULTS).setLevel(Level.ERROR);
    }
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }

  private static Encoder<ILoggingEvent> encoder(LogFormat format, LoggerContext context) {
    if (format == LogFormat.JSON) {
      LogstashEncoder json = new LogstashEncoder();
      json.setContext(context);
      // Both come with the provider, which writes each field once and never as an object.
      json.setIncludeContext(false);
      json.setIncludeKeyValuePairs(false);
      json.addProvider(new NodeFields.AsJson());
      json.start();
      return json;
    }
    PatternLayout layout = new PatternLayout();
    layout.setContext(context);
    layout.getInstanceConverterMap().put("fields", NodeFields.AsText::new);
    layout.setPattern(PATTERN);
    layout.start();
    LayoutWrappingEncoder<ILoggingEvent> text = new LayoutWrappingEncoder<>();
    text.setContext(context);
    text.setCharset(StandardCharsets.UTF_8);
    text.setLayout(layout);
    text.start();
    return text;
  }
}
