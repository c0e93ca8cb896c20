// paraneo fhirpath EXPR [INPUT...]
#include "fhirpath/fhirpath.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <deque>
#include <map>
#include <optional>

#include "base/clock.h"
#include "cli/knowledge/knowledge.h"
#include "cli/server/terminology_server.h"
#include "cli/terminal/input.h"
#include "cli/terminal/limit_option.h"
#include "cli/terminal/message.h"
#include "cli/terminal/output.h"
#include "cli/terminal/progress.h"
#include "cli/verb.h"
#include "element/path.h"
#include "element/paths.h"
#include "fhirpath/asked_terminology.h"
#include "format/untyped.h"
#include "format/xml.h"
#include "json/read.h"
#include "syntax/parse_expression.h"
#include "validate/profile_answers.h"

namespace paraneo::cli {
namespace {

using fhirpath::Collection;
using fhirpath::Item;
using fhirpath::ItemKind;

struct FhirPathFlags {
  std::string expression;
  std::vector<std::string> inputs;
  std::string context;
  std::vector<std::string> variables;  // NAME=TEXT or NAME:=EXPRESSION
  bool type_check = false;
  bool ast = false;
  bool untyped = false;
  TerminologyFlags terminology;
  OutputOptions output;
};

std::vector<std::string> expressions_of(const FhirPathFlags& flags) {
  auto out = flags.variables;
  out.insert(out.end(), {flags.expression, flags.context});
  return out;
}

// The profiles of --ig are many, and few expressions are about them.
bool asks_for_profiles(const FhirPathFlags& flags) {
  const auto texts = expressions_of(flags);
  return std::any_of(texts.begin(), texts.end(), [](const std::string& text) {
    return text.find("conformsTo") != std::string::npos || text.find("slice") != std::string::npos;
  });
}

// An expression of the command line, compiled for each type of input.
class Expression {
 public:
  Expression(std::string name, std::string text, const Session& session)
      : source_{std::move(name), std::move(text)}, limits_(session.limits) {}

  bool parse(diag::Sink& sink) {
    tree_ = syntax::parse_expression(source_, arena_, limits_, sink);
    return tree_ != nullptr;
  }

  const fhirpath::Program* compiled(const fhirpath::Engine& engine,
                                    const fhirpath::CompileOptions& options, diag::Sink& sink) {
    const auto known = programs_.find(options.context);
    if (known != programs_.end()) return known->second.get();
    auto program = engine.compile(*tree_, options, sink);
    // One that failed is compiled again for the next input, which has to hear of it, too.
    return program == nullptr ? nullptr : (programs_[options.context] = std::move(program)).get();
  }

  // What was compiled, for an engine that is gone.
  void forget() { programs_.clear(); }

 private:
  Source source_;
  const Limits& limits_;
  Arena arena_;
  const syntax::Expression* tree_ = nullptr;
  std::map<definition::TypeId, std::shared_ptr<const fhirpath::Program>> programs_;
};

// What a run asks a terminology server.
class Asked {
 public:
  Asked(const knowledge::Knowledge& knowledge, terminology::CodeService& service)
      : consultation_(service), codes_(knowledge.value_sets(), &consultation_),
        terminology_(knowledge.engine().terminology(), codes_) {}

  const fhirpath::TerminologyPort& terminology() const { return terminology_; }
  // Evaluates until the server was asked all that the evaluation needs; nobody hears what it says.
  template <class Evaluate>
  void consult(Arena& arena, const Evaluate& evaluate) {
    constexpr int kRoundsMax = 100;
    consultation_.begin();
    for (int round = 0; round < kRoundsMax; ++round) {
      const auto mark = arena.mark();
      diag::Sink unheard(1);
      evaluate(unheard);
      arena.rewind(mark);
      if (!consultation_.ask()) break;
    }
    consultation_.end();
  }

 private:
  terminology::CodeConsultation consultation_;
  terminology::Codes codes_;
  fhirpath::AskedTerminology terminology_;
};

class FhirPathVerb {
 public:
  // `codes`: a terminology server, or null.
  FhirPathVerb(const FhirPathFlags& flags, const Session& session,
               const knowledge::Knowledge& knowledge, terminology::CodeService* codes)
      : flags_(flags), session_(session), engine_(&knowledge.engine()),
        expression_("expression", flags.expression, session),
        context_("--context", flags.context, session) {
    if (asks_for_profiles(flags) && !flags.untyped)
      profiles_.emplace(knowledge.engine(), knowledge.value_sets(), knowledge.profiles(),
                        session.limits);
    if (codes != nullptr) asked_.emplace(knowledge, *codes);
  }

  int run() {
    if (flags_.ast && (!flags_.inputs.empty() || !flags_.context.empty() ||
                       !flags_.output.path.empty() || flags_.output.pretty))
      return report(
          fail(ErrorCode::option_combination,
               "--ast shows the expression: it takes no INPUT, --context, --output or --pretty", {},
               "leave them out"));
    if (flags_.untyped && flags_.inputs.empty())
      return report(fail(ErrorCode::option_combination,
                         "--untyped is about inputs, and none is given", {},
                         "name files or folders, or - to read from a pipe"));
    if (const auto named = name_variables(); !named) return report(named.error());
    // What is wrong with an expression whatever the input is wrong usage; what an input makes of it
    // is a finding.
    if (!understands(expression_) || (!flags_.context.empty() && !understands(context_)))
      return kUsage;
    if (flags_.ast) return show_program();
    std::optional<Input> input;
    if (!flags_.inputs.empty()) {
      auto opened = Input::open(flags_.inputs, session_.limits);
      if (!opened) return report(opened.error());
      input = std::move(*opened);
    }
    auto output = Output::open(flags_.output, input ? input->files() : std::vector<std::string>());
    if (!output) return report(output.error());
    const auto code = input ? over_inputs(*input, *output) : over_nothing(*output);
    if (failed_) return *failed_;
    if (const auto finished = output->finish(); !finished) return report(finished.error());
    return code;
  }

 private:
  Result<void> name_variables() {
    for (const auto& pair : flags_.variables) {
      const auto at = pair.find('=');
      const auto is_expression = at != std::string::npos && at > 1 && pair[at - 1] == ':';
      const auto name = std::string_view(pair).substr(0, is_expression ? at - 1 : at);
      if (at == std::string::npos || at == 0)
        return fail(ErrorCode::option_value,
                    "--var takes NAME=TEXT or NAME:=EXPRESSION, not " + pair);
      if (std::find(names_.begin(), names_.end(), name) != names_.end())
        return fail(ErrorCode::option_combination,
                    "--var " + std::string(name) + " is given twice");
      const auto value = std::string_view(pair).substr(at + 1);
      if (const auto made =
              is_expression ? evaluated(name, value) : Collection(Item::of_string(value));
          made)
        values_.push_back(*made);
      else return made.error();
      names_.push_back(name);
    }
    return {};
  }

  // What a variable stands for; it sees those before it, and no input.
  Result<Collection> evaluated(std::string_view name, std::string_view text) {
    diag::Sink sink;
    auto& expression = variable_expressions_.emplace_back("--var " + std::string(name),
                                                          std::string(text), session_);
    const auto evaluate = [&](diag::Sink& to) {
      fhirpath::Environment environment{variables_, session_.limits, now_,
                                        nullptr,    nullptr,         values_};
      const Budget budget(session_.limits, variables_, &steady_clock());
      set(environment, budget, to);
      return run(expression, {}, 0, environment, to);
    };
    const auto is_understood = understands(expression);
    if (is_understood && asked_) asked_->consult(variables_, evaluate);
    const auto made = is_understood ? evaluate(sink) : std::nullopt;
    show(sink);
    if (made && sink.ok()) return *made;
    return fail(sink.ok() ? ErrorCode::option_value : ErrorCode::evaluation,
                "--var " + std::string(name) + " has no value");
  }

  void show(const diag::Sink& sink, const Source* input = nullptr) {
    for (const auto& message : messages_of(sink, input, ShowLines::all_but_input)) log(message);
    findings_ = findings_ || sink.errors() + sink.dropped() > 0;
  }

  bool understands(Expression& expression) {
    diag::Sink sink;
    // With --type-check and --untyped the types of the inputs decide.
    const bool compiles =
        expression.parse(sink) &&
        (((flags_.type_check || flags_.untyped) && !flags_.inputs.empty()) ||
         expression.compiled(*engine_, {0, names_, flags_.type_check}, sink) != nullptr);
    if (!compiles) show(sink);
    return compiles;
  }

  int show_program() {
    diag::Sink sink;
    const auto* program = expression_.compiled(*engine_, {0, names_, flags_.type_check}, sink);
    show(sink);
    if (program == nullptr) return kUsage;
    std::fputs(engine_->describe(*program).c_str(), stdout);
    return kDone;
  }

  int over_nothing(Output& output) {
    Arena arena;
    diag::Sink sink;
    evaluate({}, 0, output, arena, sink);
    show(sink);
    return findings_ ? kFindings : kDone;
  }

  int over_inputs(Input& input, Output& output) {
    for (const auto& file : input.skipped())
      note(file + ": left out, because its name does not end in .json, .ndjson or .xml");
    const bool to_terminal =
        (flags_.output.path.empty() || flags_.output.path == "-") && isatty(STDOUT_FILENO) != 0;
    Progress progress(session_.progress && !to_terminal, "inputs");
    bool unread = false;
    Arena arena;
    for (std::uint64_t count = 1;; ++count) {
      auto source = input.next();
      if (!source) {
        report(source.error());
        findings_ = true;
        unread = unread || source.error().fault == Fault::io;
        continue;
      }
      if (*source == nullptr) break;
      arena.reset();
      over_one(**source, output, arena);
      if (failed_) return *failed_;
      progress.update(count, input.bytes_done(), input.bytes_total());
    }
    return unread ? kUsage : findings_ ? kFindings : kDone;
  }

  void over_one(const Source& source, Output& output, Arena& arena) {
    diag::Sink sink(session_.limits.diagnostics_max);
    const Budget reading(session_.limits, arena, &steady_clock());
    if (flags_.untyped) {
      if (const auto* value = json::read(source, arena, session_.limits, sink, &reading))
        over_untyped(*value, source, output, arena, sink);
      return show(sink, &source);
    }
    const auto* element =
        format::read(engine_->definitions(), source, {}, session_.limits, arena, sink, &reading);
    if (element != nullptr)
      evaluate(Collection(Item::of(element)), element->type, output, arena, sink);
    show(sink, &source);
  }

  // An object, or each one of a list.
  void over_untyped(const json::Value& value, const Source& source, Output& output, Arena& arena,
                    diag::Sink& sink) {
    for (const auto& item : value.items()) over_untyped(item, source, output, arena, sink);
    if (value.is_array() || failed_) return;
    if (model_.learn(value)) {
      own_engine_ =
          std::make_unique<fhirpath::Engine>(model_.definitions(), engine_->terminology());
      engine_ = own_engine_.get();
      expression_.forget();
      context_.forget();
    }
    if (const auto* element = model_.read(value, source, arena, sink))
      return evaluate(Collection(Item::of(element)), element->type, output, arena, sink);
    sink.report(diag::Code::fhir_wrong_shape, "expected an object, or a list of objects",
                {&source, value.offset, value.offset + 1});
  }

  std::optional<Collection> run(Expression& expression, const Collection& input,
                                definition::TypeId type, const fhirpath::Environment& environment,
                                diag::Sink& sink) {
    const fhirpath::CompileOptions options{flags_.type_check ? type : 0, names_, flags_.type_check};
    const auto* program = expression.compiled(*engine_, options, sink);
    if (program == nullptr) return std::nullopt;
    return engine_->evaluate(*program, input, environment, sink);
  }

  void set(fhirpath::Environment& environment, const Budget& budget, diag::Sink& sink) const {
    environment.trace = &sink;
    environment.budget = &budget;
    environment.terminology = asked_ ? &asked_->terminology() : nullptr;
  }

  void evaluate(const Collection& input, definition::TypeId type, Output& output, Arena& arena,
                diag::Sink& sink) {
    if (asked_)
      asked_->consult(arena, [&](diag::Sink& unheard) {
        each_result(input, type, arena, unheard, [](const auto&) {});
      });
    each_result(input, type, arena, sink,
                [&](const auto& results) { write(results, output, arena); });
  }

  // take() gets the results for each context.
  template <class Take>
  void each_result(const Collection& input, definition::TypeId type, Arena& arena, diag::Sink& sink,
                   const Take& take) {
    const auto* resource = input.empty() ? nullptr : input[0].element;
    fhirpath::Environment environment{arena, session_.limits, now_, resource, resource, values_};
    const Budget budget(session_.limits, arena, &steady_clock());
    set(environment, budget, sink);
    environment.profiles = profiles_ ? &*profiles_ : nullptr;
    if (flags_.context.empty()) return take(run(expression_, input, type, environment, sink));
    const auto contexts = run(context_, input, type, environment, sink);
    if (!contexts) return;
    for (const auto& item : *contexts) {
      const auto item_type = item.is_element() ? item.element->type : 0;
      take(run(expression_, Collection(item), item_type, environment, sink));
    }
  }

  void write(const std::optional<Collection>& results, Output& output, Arena& arena) {
    if (!results) return;
    element::Paths paths(engine_->definitions());
    for (const auto& item : *results) {
      if (failed_) return;
      if (const auto written = output.write("result", line_of(item, paths, arena)); !written)
        failed_ = report(written.error());
    }
  }

  std::string line_of(const Item& item, element::Paths& paths, Arena& arena) {
    std::string out;
    json::Writer writer(out);
    writer.begin_object();
    writer.key("path");
    if (item.is_element()) writer.string(paths.of(*item.element));
    else writer.null();
    writer.key("type");
    writer.string(engine_->type_name(item));
    writer.key("value");
    write_value(writer, item, arena);
    writer.end_object();
    return out;
  }

  void write_value(json::Writer& writer, const Item& item, Arena& arena) {
    if (item.is_element() && !engine_->definitions().is_primitive(item.element->type)) {
      if (flags_.untyped) model_.write(*item.element, writer);
      else format::write_json(engine_->definitions(), *item.element, writer);
      return;
    }
    if (item.is_element()) {
      const auto& element = *item.element;
      const auto form = engine_->definitions().type(element.type).form;
      if (!element.has_value) writer.null();
      else if (form == definition::JsonForm::string) writer.string(element.value());
      else writer.raw(element.value());
      return;
    }
    const auto text = fhirpath::text_of(item, arena).value_or("");
    const auto raw =
        item.kind == ItemKind::boolean || item.is_whole_number() || item.kind == ItemKind::decimal;
    if (raw) writer.raw(text);
    else writer.string(text);
  }

  const FhirPathFlags& flags_;
  const Session& session_;
  const fhirpath::Engine* engine_;
  std::optional<validate::ProfileAnswers> profiles_;  // where an expression asks for them
  std::optional<Asked> asked_;                        // a terminology server, if there is one
  format::UntypedModel model_;                        // of --untyped
  std::unique_ptr<fhirpath::Engine> own_engine_;      // for what the model has now
  Expression expression_;
  Expression context_;
  std::vector<std::string_view> names_;
  std::vector<Collection> values_;
  std::deque<Expression> variable_expressions_;
  Arena variables_;  // what the values are made of
  DateTime now_ = DateTime::of_epoch_ms(system_clock().now_ms());
  bool findings_ = false;
  std::optional<int> failed_;
};

}  // namespace

void add_fhirpath(CLI::App& app, Session& session) {
  auto flags = std::make_shared<FhirPathFlags>();
  auto* verb = app.add_subcommand("fhirpath", "Evaluate a FHIRPath expression");
  verb->footer(
      "One line of JSON for each result: its path in the input (null when it was computed), its type\n"
      "and its value. Without INPUT the expression runs on the empty collection.\n"
      "A name that is no element is an error where the expression itself says the type before it\n"
      "(Patient.nmae, value.ofType(Quantity).x); elsewhere it is empty, or an error with --type-check.\n\n"
      "Examples:\n"
      "  paraneo fhirpath 'conditions.code.text' tests/records/seed-000.json\n"
      "  paraneo export tests/records | paraneo fhirpath \"entry.resource.ofType(Observation).value\" - --type-check\n"
      "  paraneo fhirpath --context observations --var most:=100 'value.number > %most' tests/records\n"
      "  paraneo fhirpath --untyped \"observations.where(value.number > 100).key\" tests/records/seed-000.json\n"
      "  paraneo fhirpath \"%terminologies.expand('http://hl7.org/fhir/ValueSet/marital-status').expansion.contains.code\"\n"
      "  paraneo fhirpath --terminology-server https://tx.example.org/r4 \"code.memberOf('http://example.org/ValueSet/x')\" observation.json\n"
      "  paraneo fhirpath \"1 'g' = 1000 'mg'\"");
  verb->add_option("EXPR", flags->expression, "The expression")->required();
  verb->add_option("INPUT", flags->inputs, kInputsHelp);
  verb->add_option("--context", flags->context, "Run the expression for each result of this one");
  verb->add_option(
          "--var", flags->variables,
          "NAME=TEXT, or NAME:=EXPRESSION, which may use the variables before it: what %NAME stands for (repeatable)")
      ->allow_extra_args(false);
  verb->add_flag("--type-check", flags->type_check,
                 "Elements that the input's type does not have are errors");
  verb->add_flag("--untyped", flags->untyped,
                 "Inputs are JSON of any kind: no FHIR, and no model is needed");
  verb->add_flag("--ast", flags->ast, "Show the compiled form instead");
  verb->add_option("-o,--output", flags->output.path,
                   "FILE, or DIR for one file each; standard output without it");
  verb->add_flag("--pretty", flags->output.pretty, "Indent");
  add_terminology(*verb, flags->terminology);
  add_limit_option(*verb, session.limits);
  session.definition_readers.insert(verb);
  verb->callback([flags, &session] {
    session.run = [flags, &session] {
      diag::Sink sink;
      const auto knowledge = asks_for_profiles(*flags)
                                 ? load_knowledge_for_validation(session, sink)
                                 : load_knowledge(session, sink, {}, expressions_of(*flags));
      if (!knowledge) return report(knowledge.error());
      log_all(sink);
      const auto server = TerminologyServer::open(flags->terminology, session.limits);
      if (!server) return report(server.error());
      return sink.ok()
                 ? exit_with(*server,
                             FhirPathVerb(*flags, session, **knowledge, codes_of(*server)).run())
                 : int{kFindings};
    };
  });
}

}  // namespace paraneo::cli
