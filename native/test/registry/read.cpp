// The reader of cases.txt; cases.py says how it is written.
#include "test/registry/read.h"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace flint::testing {
namespace {

/// The words of the file, one after another.
class Words {
 public:
  explicit Words(const std::string& path) : file_(path) {
    if (!file_) throw std::runtime_error("cannot open " + path);
  }
  bool more() {
    while (!(line_ >> std::ws) || line_.peek() == std::char_traits<char>::eof()) {
      std::string text;
      if (!std::getline(file_, text)) return false;
      line_ = std::istringstream(text);
      ++number_;
    }
    return true;
  }
  std::string next() {
    std::string word;
    if (!more() || !(line_ >> word)) throw std::runtime_error(where() + "the file ends too early");
    return word;
  }
  void expect(const char* word) {
    std::string got = next();
    if (got != word) throw std::runtime_error(where() + "\"" + word + "\" was expected, \"" + got + "\" found");
  }
  bool at_line_end() { return !(line_ >> std::ws) || line_.peek() == std::char_traits<char>::eof(); }
  int64_t integer() { return std::strtoll(next().c_str(), nullptr, 10); }
  double real() { return std::strtod(next().c_str(), nullptr); }
  int line() const { return number_; }
  std::string where() const { return "line " + std::to_string(number_) + ": "; }

 private:
  std::ifstream file_;
  std::istringstream line_;
  int number_ = 0;
};

Tensor read_tensor(Words& words) {
  DType dtype = dtype_from_name(words.next());
  std::vector<int64_t> sizes(static_cast<size_t>(words.integer()));
  for (int64_t& size : sizes) size = words.integer();
  Tensor t = empty(Dims(std::span<const int64_t>(sizes)), dtype);
  visit_stored(dtype, [&](auto tag) {
    using T = decltype(tag);
    constexpr bool whole = std::is_integral_v<T>;
    for (int64_t i = 0; i < t.numel(); ++i)
      t.data<T>()[i] = whole ? static_cast<T>(words.integer()) : static_cast<T>(words.real());
  });
  return t;
}

Scalar read_number(const std::string& word) {
  bool whole = word.find_first_not_of("-0123456789") == std::string::npos;
  return whole ? Scalar(static_cast<int64_t>(std::strtoll(word.c_str(), nullptr, 10)))
               : Scalar(std::strtod(word.c_str(), nullptr));
}

Argument read_argument(Words& words) {
  const std::string kind = words.next();
  if (kind == "-") return {Nothing{}};
  if (kind == "t") return {read_tensor(words)};
  if (kind == "b") return {words.integer() != 0};
  if (kind == "n") return {read_number(words.next())};
  if (kind == "s") return {words.next()};
  if (kind == "d") {
    std::vector<int64_t> values(static_cast<size_t>(words.integer()));
    for (int64_t& v : values) v = words.integer();
    return {values};
  }
  if (kind == "l") {
    List list(static_cast<size_t>(words.integer()));
    for (Argument& a : list) a = read_argument(words);
    return {list};
  }
  throw std::runtime_error(words.where() + "\"" + kind + "\" is no kind of argument");
}

std::vector<Tensor> read_tensors(Words& words, const char* name) {
  words.expect(name);
  std::vector<Tensor> tensors(static_cast<size_t>(words.integer()));
  for (Tensor& t : tensors) {
    words.expect("t");
    t = read_tensor(words);
  }
  return tensors;
}

}  // namespace

std::vector<Case> read_cases(const std::string& path) {
  Words words(path);
  std::vector<Case> cases;
  while (words.more()) {
    words.expect("case");
    Case c;
    c.line = words.line();
    c.op = words.next();
    c.arguments.resize(static_cast<size_t>(words.integer()));
    if (words.at_line_end())
      c.within = 0;
    else
      words.expect("within"), c.within = words.real();
    for (Argument& a : c.arguments) a = read_argument(words);
    c.results = read_tensors(words, "results");
    c.grads = read_tensors(words, "grads");
    cases.push_back(std::move(c));
  }
  return cases;
}

std::vector<Tensor> tensors_of(const List& arguments) {
  std::vector<Tensor> out;
  with_tensors(arguments, [&](const Tensor& t) {
    out.push_back(t);
    return t;
  });
  return out;
}

}  // namespace flint::testing
