// SPDX-License-Identifier: Apache-2.0
#include "telemetry/process_metrics.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmath>

#include "base/text.h"
#include "base/unix_time.h"

namespace fleet {
namespace {

prometheus::MetricFamily family(const char* name, const char* help, prometheus::MetricType type,
                                double value) {
  prometheus::MetricFamily result;
  result.name = name;
  result.help = help;
  result.type = type;
  auto& metric = result.metric.emplace_back();
  (type == prometheus::MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  return result;
}

// Pages of virtual and resident memory. `statm` is the open file of /proc.
std::pair<double, double> memory_pages(int statm) {
  char text[128];
  const ssize_t size = ::pread(statm, text, sizeof text, 0);
  std::string_view rest(text, size > 0 ? static_cast<std::size_t>(size) : 0);
  const double virtual_pages = parse_number(take_until(rest, ' ')).value_or(0);
  return {virtual_pages, parse_number(take_until(rest, ' ')).value_or(0)};
}

double open_descriptors() {
  // Since Linux 6.2 the folder's size is their number; before it is 0, and they are counted.
  struct stat known {};
  if (::stat("/proc/self/fd", &known) == 0 && known.st_size > 0)
    return static_cast<double>(known.st_size);
  DIR* folder = ::opendir("/proc/self/fd");
  if (folder == nullptr) return 0;
  double count = -3;  // ".", ".." and the folder itself
  while (::readdir(folder) != nullptr) ++count;
  ::closedir(folder);
  return count;
}

double limit(int resource) {
  rlimit value{};
  ::getrlimit(static_cast<__rlimit_resource_t>(resource), &value);
  return value.rlim_cur == RLIM_INFINITY ? INFINITY : static_cast<double>(value.rlim_cur);
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

ProcessMetrics::ProcessMetrics()
    : start_time_(unix_now()), statm_(::open("/proc/self/statm", O_RDONLY | O_CLOEXEC)) {}

ProcessMetrics::~ProcessMetrics() {
  if (statm_ >= 0) ::close(statm_);
}

std::vector<prometheus::MetricFamily> ProcessMetrics::Collect() const {
  using prometheus::MetricType;
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto [virtual_pages, resident_pages] = memory_pages(statm_);
  static const auto page = static_cast<double>(::sysconf(_SC_PAGESIZE));
  std::vector<prometheus::MetricFamily> all;
  all.push_back(family("process_cpu_seconds_total", "CPU time that the exporter used.",
                       MetricType::Counter, seconds(usage.ru_utime) + seconds(usage.ru_stime)));
  all.push_back(family("process_open_fds", "Files and sockets that the exporter has open.",
                       MetricType::Gauge, open_descriptors()));
  all.push_back(family("process_max_fds", "Limit of open files and sockets.", MetricType::Gauge,
                       limit(RLIMIT_NOFILE)));
  all.push_back(family("process_virtual_memory_bytes", "Virtual memory of the exporter.",
                       MetricType::Gauge, virtual_pages * page));
  all.push_back(family("process_virtual_memory_max_bytes", "Limit of virtual memory.",
                       MetricType::Gauge, limit(RLIMIT_AS)));
  all.push_back(family("process_resident_memory_bytes", "Memory of the exporter that is in RAM.",
                       MetricType::Gauge, resident_pages * page));
  all.push_back(family("process_start_time_seconds", "Unix time at which the exporter started.",
                       MetricType::Gauge, start_time_));
  return all;
}

}  // namespace fleet
