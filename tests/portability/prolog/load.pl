% Loads each file with SWI-Prolog's semantic web library and prints the triples of its graphs.

:- use_module(library(semweb/rdf_db)).
:- use_module(library(semweb/turtle)).
:- use_module(library(semweb/rdf_ntriples)).
:- use_module(library(semweb/rdfa), []).
:- initialization(main, main).

main(Files) :-
    forall(member(File, Files), tell(File)).

tell(File) :-
    rdf_reset_db,
    file_base_name(File, Name),
    file_name_extension(_, Suffix, Name),
    (   catch(load(Suffix, File), Error, (message_to_codes(Error, Words), format("~w\t~s~n", [Name, Words]), fail))
    ->  findall(Graph, rdf_graph(Graph), Graphs),
        forall(member(Graph, Graphs), count(Suffix, Name, Graph))
    ;   true
    ).

load(trig, File) :- !, rdf_load(File, [format(trig), silent(true)]).
load(nq, File) :- !, rdf_load(File, [format(nquads), silent(true)]).
load(nt, File) :- !, rdf_load(File, [format(ntriples), silent(true)]).
load(rdf, File) :- !, rdf_load(File, [format(xml), silent(true)]).
load(ttl, File) :- rdf_load(File, [format(turtle), silent(true)]).

count(Suffix, Name, Graph) :-
    aggregate_all(count, (distinct(S-P-O, rdf(S, P, O, Graph))), Count),
    (   Count =:= 0
    ->  true
    ;   memberchk(Suffix, [trig, nq]), \+ sub_atom(Graph, 0, _, _, 'file:')
    ->  strip(Graph, Plain), format("~w\t~w\t~d~n", [Name, Plain, Count])
    ;   format("~w\t\t~d~n", [Name, Count])
    ).

strip(Graph:_, Graph) :- !.
strip(Graph, Graph).

message_to_codes(Error, Words) :-
    message_to_lines(Error, Words).

message_to_lines(Error, Words) :-
    with_output_to(codes(Words), print(Error)).
