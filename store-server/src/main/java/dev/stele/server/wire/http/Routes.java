// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the page for a path. The JDK's own contexts match every path that begins with theirs. */
final class Routes implements HttpHandler {
  private static final Logger log = LoggerFactory.getLogger(Routes.class);

  private final Map<String, Page.Source> pages;

  Routes(Map<String, Page.Source> pages) {
    this.pages = Map.copyOf(pages);
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      send(exchange, page(method, exchange.getRequestURI().getPath()), method.equals("HEAD"));
    }
  }

  private Page page(String method, String path) {
    Page.Source source = pages.get(path);
    if (source == null) {
      return Page.text(
          404, "there is " + String.join(", ", pages.keySet().stream().sorted().toList()));
    }
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return Page.methodNotAllowed();
    }
    try {
      return source.get();
    } catch (RuntimeException e) {
      log.atError().setCause(e).addKeyValue("path", path).log("a page failed");
      return Page.text(500, "failed; the log tells why");
    }
  }

  private static void send(HttpExchange exchange, Page page, boolean headOnly) throws IOException {
    byte[] body = page.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", page.contentType());
    page.headers().forEach(exchange.getResponseHeaders()::set);
    if (headOnly) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(page.status(), -1);
      return;
    }
    exchange.sendResponseHeaders(page.status(), body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }
}
