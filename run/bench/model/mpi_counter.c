/* What a process says to others, counted between the program and its MPI library.

   Loaded ahead of that library, these functions take the place of those of the same names, count,
   and call the ones behind them by the profiling interface (MPI: A Message-Passing Interface
   Standard, version 4.0, chapter 15). */

#include <mpi.h>
#include <stddef.h>

enum { MESSAGES, BYTES, REDUCTIONS, REDUCED_BYTES, EXCHANGES, OTHERS, WAITS, KINDS };

static long long counted[KINDS];

void hebbfilm_mpi_counts(long long *out)
{
    for (int kind = 0; kind < KINDS; kind++)
        out[kind] = counted[kind];
}

static long long bytes_of(long long count, MPI_Datatype type)
{
    int size = 0;
    PMPI_Type_size(type, &size);
    return count * size;
}

static void message_leaves(int count, MPI_Datatype type, int target)
{
    if (target == MPI_PROC_NULL)
        return;
    counted[MESSAGES]++;
    counted[BYTES] += bytes_of(count, type);
}

static void reduced(int count, MPI_Datatype type, MPI_Comm comm)
{
    int size = 1;
    PMPI_Comm_size(comm, &size);
    if (size > 1) {
        counted[REDUCTIONS]++;
        counted[REDUCED_BYTES] += bytes_of(count, type);
    }
}

static void another(MPI_Comm comm)
{
    int size = 1;
    PMPI_Comm_size(comm, &size);
    if (size > 1)
        counted[OTHERS]++;
}

/* Of an exchange of each with each, what is not empty. */
static void exchanged(const int *counts, MPI_Datatype type, MPI_Comm comm)
{
    int size = 1, own = 0;
    PMPI_Comm_size(comm, &size);
    PMPI_Comm_rank(comm, &own);
    if (size == 1)
        return;
    counted[EXCHANGES]++;
    for (int rank = 0; rank < size; rank++)
        if (rank != own && counts[rank])
            message_leaves(counts[rank], type, rank);
}

static void to_neighbours(const int *counts, int count, MPI_Datatype type, MPI_Comm comm)
{
    int in = 0, out = 0, weighted = 0;
    PMPI_Dist_graph_neighbors_count(comm, &in, &out, &weighted);
    for (int k = 0; k < out; k++)
        if (counts ? counts[k] : count)
            message_leaves(counts ? counts[k] : count, type, k);
}

/* What is sent again and again, by its request; a request whose place is taken goes uncounted, and
   says so. */
enum { PLACES = 1 << 14 };

static struct {
    MPI_Request request;
    long long bytes;
} kept[PLACES];

long long hebbfilm_mpi_lost = 0;

static size_t place_of(MPI_Request request)
{
    size_t place = ((size_t)request >> 4) * 0x9E3779B97F4A7C15ull >> 50;
    for (size_t step = 0; step < PLACES; step++, place = (place + 1) % PLACES)
        if (kept[place].request == request || !kept[place].request)
            return place;
    hebbfilm_mpi_lost++;
    return PLACES;
}

static void keep(MPI_Request request, int count, MPI_Datatype type, int target)
{
    size_t place = place_of(request);
    if (place < PLACES) {
        kept[place].request = request;
        kept[place].bytes = target == MPI_PROC_NULL ? -1 : bytes_of(count, type);
    }
}

static void started(MPI_Request request)
{
    size_t place = place_of(request);
    if (place < PLACES && kept[place].request && kept[place].bytes >= 0) {
        counted[MESSAGES]++;
        counted[BYTES] += kept[place].bytes;
    }
}

#define SENDS(name)                                                                                \
    int MPI_##name(const void *data, int count, MPI_Datatype type, int target, int tag,           \
                   MPI_Comm comm)                                                                  \
    {                                                                                              \
        message_leaves(count, type, target);                                                       \
        return PMPI_##name(data, count, type, target, tag, comm);                                  \
    }

SENDS(Send)
SENDS(Ssend)
SENDS(Bsend)
SENDS(Rsend)

#define SENDS_LATER(name)                                                                          \
    int MPI_##name(const void *data, int count, MPI_Datatype type, int target, int tag,           \
                   MPI_Comm comm, MPI_Request *request)                                            \
    {                                                                                              \
        message_leaves(count, type, target);                                                       \
        return PMPI_##name(data, count, type, target, tag, comm, request);                         \
    }

SENDS_LATER(Isend)
SENDS_LATER(Issend)
SENDS_LATER(Ibsend)
SENDS_LATER(Irsend)

#define SENDS_AGAIN(name)                                                                          \
    int MPI_##name(const void *data, int count, MPI_Datatype type, int target, int tag,           \
                   MPI_Comm comm, MPI_Request *request)                                            \
    {                                                                                              \
        int status = PMPI_##name(data, count, type, target, tag, comm, request);                   \
        keep(*request, count, type, target);                                                       \
        return status;                                                                             \
    }

SENDS_AGAIN(Send_init)
SENDS_AGAIN(Ssend_init)
SENDS_AGAIN(Bsend_init)
SENDS_AGAIN(Rsend_init)

int MPI_Recv_init(void *data, int count, MPI_Datatype type, int source, int tag, MPI_Comm comm,
                  MPI_Request *request)
{
    int status = PMPI_Recv_init(data, count, type, source, tag, comm, request);
    keep(*request, 0, type, MPI_PROC_NULL);
    return status;
}

int MPI_Start(MPI_Request *request)
{
    started(*request);
    return PMPI_Start(request);
}

int MPI_Startall(int count, MPI_Request requests[])
{
    for (int k = 0; k < count; k++)
        started(requests[k]);
    return PMPI_Startall(count, requests);
}

int MPI_Sendrecv(const void *sent, int count, MPI_Datatype type, int target, int tag,
                 void *received, int received_count, MPI_Datatype received_type, int source,
                 int received_tag, MPI_Comm comm, MPI_Status *status)
{
    message_leaves(count, type, target);
    counted[WAITS]++;
    return PMPI_Sendrecv(sent, count, type, target, tag, received, received_count, received_type,
                         source, received_tag, comm, status);
}

int MPI_Recv(void *data, int count, MPI_Datatype type, int source, int tag, MPI_Comm comm,
             MPI_Status *status)
{
    counted[WAITS]++;
    return PMPI_Recv(data, count, type, source, tag, comm, status);
}

int MPI_Wait(MPI_Request *request, MPI_Status *status)
{
    counted[WAITS] += *request != MPI_REQUEST_NULL;
    return PMPI_Wait(request, status);
}

int MPI_Waitall(int count, MPI_Request requests[], MPI_Status *statuses)
{
    for (int k = 0; k < count; k++)
        if (requests[k] != MPI_REQUEST_NULL) {
            counted[WAITS]++;
            break;
        }
    return PMPI_Waitall(count, requests, statuses);
}

int MPI_Waitany(int count, MPI_Request requests[], int *index, MPI_Status *status)
{
    counted[WAITS]++;
    return PMPI_Waitany(count, requests, index, status);
}

int MPI_Allreduce(const void *sent, void *received, int count, MPI_Datatype type, MPI_Op operation,
                  MPI_Comm comm)
{
    reduced(count, type, comm);
    return PMPI_Allreduce(sent, received, count, type, operation, comm);
}

int MPI_Iallreduce(const void *sent, void *received, int count, MPI_Datatype type,
                   MPI_Op operation, MPI_Comm comm, MPI_Request *request)
{
    reduced(count, type, comm);
    return PMPI_Iallreduce(sent, received, count, type, operation, comm, request);
}

int MPI_Reduce(const void *sent, void *received, int count, MPI_Datatype type, MPI_Op operation,
               int root, MPI_Comm comm)
{
    reduced(count, type, comm);
    return PMPI_Reduce(sent, received, count, type, operation, root, comm);
}

int MPI_Scan(const void *sent, void *received, int count, MPI_Datatype type, MPI_Op operation,
             MPI_Comm comm)
{
    reduced(count, type, comm);
    return PMPI_Scan(sent, received, count, type, operation, comm);
}

int MPI_Exscan(const void *sent, void *received, int count, MPI_Datatype type, MPI_Op operation,
               MPI_Comm comm)
{
    reduced(count, type, comm);
    return PMPI_Exscan(sent, received, count, type, operation, comm);
}

int MPI_Alltoallv(const void *sent, const int counts[], const int places[], MPI_Datatype type,
                  void *received, const int received_counts[], const int received_places[],
                  MPI_Datatype received_type, MPI_Comm comm)
{
    exchanged(counts, type, comm);
    return PMPI_Alltoallv(sent, counts, places, type, received, received_counts, received_places,
                          received_type, comm);
}

int MPI_Ialltoallv(const void *sent, const int counts[], const int places[], MPI_Datatype type,
                   void *received, const int received_counts[], const int received_places[],
                   MPI_Datatype received_type, MPI_Comm comm, MPI_Request *request)
{
    exchanged(counts, type, comm);
    return PMPI_Ialltoallv(sent, counts, places, type, received, received_counts, received_places,
                           received_type, comm, request);
}

int MPI_Neighbor_alltoallv(const void *sent, const int counts[], const int places[],
                           MPI_Datatype type, void *received, const int received_counts[],
                           const int received_places[], MPI_Datatype received_type, MPI_Comm comm)
{
    to_neighbours(counts, 0, type, comm);
    counted[WAITS]++;
    return PMPI_Neighbor_alltoallv(sent, counts, places, type, received, received_counts,
                                   received_places, received_type, comm);
}

int MPI_Ineighbor_alltoallv(const void *sent, const int counts[], const int places[],
                            MPI_Datatype type, void *received, const int received_counts[],
                            const int received_places[], MPI_Datatype received_type, MPI_Comm comm,
                            MPI_Request *request)
{
    to_neighbours(counts, 0, type, comm);
    return PMPI_Ineighbor_alltoallv(sent, counts, places, type, received, received_counts,
                                    received_places, received_type, comm, request);
}

int MPI_Neighbor_alltoall(const void *sent, int count, MPI_Datatype type, void *received,
                          int received_count, MPI_Datatype received_type, MPI_Comm comm)
{
    to_neighbours(NULL, count, type, comm);
    counted[WAITS]++;
    return PMPI_Neighbor_alltoall(sent, count, type, received, received_count, received_type,
                                  comm);
}

int MPI_Barrier(MPI_Comm comm)
{
    another(comm);
    return PMPI_Barrier(comm);
}

int MPI_Bcast(void *data, int count, MPI_Datatype type, int root, MPI_Comm comm)
{
    another(comm);
    return PMPI_Bcast(data, count, type, root, comm);
}

int MPI_Allgather(const void *sent, int count, MPI_Datatype type, void *received,
                  int received_count, MPI_Datatype received_type, MPI_Comm comm)
{
    another(comm);
    return PMPI_Allgather(sent, count, type, received, received_count, received_type, comm);
}

int MPI_Alltoall(const void *sent, int count, MPI_Datatype type, void *received,
                 int received_count, MPI_Datatype received_type, MPI_Comm comm)
{
    another(comm);
    return PMPI_Alltoall(sent, count, type, received, received_count, received_type, comm);
}

int MPI_Allgatherv(const void *sent, int count, MPI_Datatype type, void *received,
                   const int received_counts[], const int places[], MPI_Datatype received_type,
                   MPI_Comm comm)
{
    another(comm);
    return PMPI_Allgatherv(sent, count, type, received, received_counts, places, received_type,
                           comm);
}
