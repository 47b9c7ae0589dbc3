// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot.config;

import dev.stele.server.core.kind.KindPolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads all sources, checks all keys, and reports everything that is wrong at once. */
public final class ConfigLoader {
  /** A stranger this close to a known variable is taken for a slip of the pen. */
  static final int SLIP_MAX_EDITS = 3;

  private final List<ConfigProblem> problems = new ArrayList<>();
  private final Map<String, Assigned> assigned = new HashMap<>();

  private ConfigLoader() {}

  /** A text that a source gave to a key. */
  record Assigned(String text, String origin) {}

  /**
   * The configuration that {@code sources} make.
   *
   * @throws ConfigException with everything that is wrong
   */
  public static LoadedConfig load(ConfigSources sources) {
    ConfigLoader loader = new ConfigLoader();
    sources.file().ifPresent(file -> ConfigFile.read(file, loader.assigned, loader.problems));
    loader.environment(sources.environment());
    sources.overrides().forEach(loader::override);
    return loader.finish(sources.file());
  }

  /**
   * Other programs have variables of this prefix as well (STELE_TOKEN; what Kubernetes makes for a
   * service called stele), so only what resembles a key is an error.
   */
  private void environment(Map<String, String> variables) {
    Map<String, Setting<?>> known = new TreeMap<>();
    Settings.all().forEach(setting -> known.put(setting.environmentVariable(), setting));
    new TreeMap<>(variables)
        .forEach(
            (variable, text) -> {
              Setting<?> setting = known.get(variable);
              if (setting != null) {
                assigned.put(setting.name(), new Assigned(text, "environment " + variable));
              } else if (variable.startsWith("STELE_")) {
                Nearest.of(variable, known.keySet().stream())
                    .filter(near -> near.distance() <= SLIP_MAX_EDITS)
                    .ifPresent(near -> problems.add(unknownVariable(variable, near.candidate())));
              }
            });
  }

  private static ConfigProblem unknownVariable(String variable, String near) {
    return new ConfigProblem(
        List.of(variable), "is no variable of the configuration; did you mean " + near + "?");
  }

  private void override(String keyValue) {
    int equals = keyValue.indexOf('=');
    if (equals < 0) {
      problems.add(
          new ConfigProblem(List.of("--set"), "\"" + keyValue + "\" is wrong; right is key=value"));
      return;
    }
    String key = keyValue.substring(0, equals).strip();
    if (Settings.names().noneMatch(key::equals)) {
      problems.add(unknownKey(key, "--set"));
      return;
    }
    assigned.put(key, new Assigned(keyValue.substring(equals + 1).strip(), "--set"));
  }

  static ConfigProblem unknownKey(String key, String origin) {
    String near = Nearest.of(key, Settings.names()).orElseThrow().candidate();
    return new ConfigProblem(
        List.of(key), "(" + origin + ") is an unknown key; did you mean " + near + "?");
  }

  private LoadedConfig finish(Optional<Path> file) {
    Values values = new Values();
    List<LoadedConfig.Effective> effective = new ArrayList<>();
    Set<String> faulty = new HashSet<>();
    for (Setting<?> setting : Settings.all()) {
      if (!take(setting, values, effective)) {
        faulty.add(setting.name());
      }
    }
    Optional<StoreConfig> config = assemble(values, faulty, kinds(values, file));
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    StoreConfig whole = config.orElseThrow();
    return new LoadedConfig(whole, effective, ConfigRules.warnings(whole));
  }

  /** A path of the file is relative to the file, wherever the process was started. */
  private SortedMap<String, KindPolicy> kinds(Values values, Optional<Path> configFile) {
    String kindsFile = values.get(Settings.CLUSTER_KINDS_FILE);
    if (kindsFile.isEmpty()) {
      return Collections.emptySortedMap();
    }
    Path beside = configFile.orElse(Path.of(""));
    return KindsFile.read(beside.resolveSibling(kindsFile), problems);
  }

  private <T> boolean take(
      Setting<T> setting, Values values, List<LoadedConfig.Effective> effective) {
    Assigned given = assigned.get(setting.name());
    if (given == null) {
      values.put(setting, setting.defaultValue());
      effective.add(shown(setting, setting.defaultValue(), "default"));
      return true;
    }
    try {
      T value = setting.parse(given.text());
      values.put(setting, value);
      effective.add(shown(setting, value, given.origin()));
      return true;
    } catch (BadValue bad) {
      String text = setting.isSecret() ? Setting.MASK : given.text();
      ConfigProblem wrong = setting.wrong(text, bad);
      problems.add(new ConfigProblem(wrong.keys(), "(" + given.origin() + ") " + wrong.message()));
      values.put(setting, setting.defaultValue());
      return false;
    }
  }

  private static <T> LoadedConfig.Effective shown(Setting<T> setting, T value, String origin) {
    return new LoadedConfig.Effective(setting.name(), setting.show(value), origin);
  }

  /** Rules about a key that has no right value yet would only confuse: they wait. */
  private Optional<StoreConfig> assemble(
      Values values, Set<String> faulty, SortedMap<String, KindPolicy> kinds) {
    try {
      return Optional.of(values.toConfig(kinds));
    } catch (ConfigException broken) {
      broken.problems().stream()
          .filter(problem -> problem.keys().stream().noneMatch(faulty::contains))
          .forEach(problems::add);
      return Optional.empty();
    }
  }
}
