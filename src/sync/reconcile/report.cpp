#include "sync/reconcile/report.h"

namespace paraneo::sync {

void add(RunReport& all, const RunReport& one) {
  all.records += one.records;
  all.created += one.created;
  all.updated += one.updated;
  all.retracted += one.retracted;
  all.found += one.found;
  all.settled += one.settled;
  all.unsettled = one.unsettled;
  all.yielded += one.yielded;
  all.labelled += one.labelled;
  all.referred += one.referred;
  all.dead += one.dead;
  all.parked += one.parked;
  all.requests += one.requests;
  all.failed_requests += one.failed_requests;
}

}  // namespace paraneo::sync
