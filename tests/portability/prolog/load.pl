% Loads each file with SWI-Prolog's semantic web library and writes what is in it: graphs as TriG,
% one graph as Turtle.

:- use_module(library(semweb/rdf_db)).
:- use_module(library(semweb/turtle)).
:- use_module(library(semweb/rdf_ntriples)).
:- initialization(main, main).

main([Folder|Files]) :-
    forall(member(File, Files), tell(Folder, File)).

tell(Folder, File) :-
    rdf_reset_db,
    file_base_name(File, Name),
    file_name_extension(_, Suffix, Name),
    directory_file_path(Folder, Name, Target),
    catch(copy(Suffix, File, Target), Error, explain(Target, Error)).

copy(Suffix, File, Target) :-
    format(Suffix, Format, Save),
    rdf_load(File, [format(Format), silent(true)]),
    call(Save, Target).

format(ttl, turtle, as_turtle).
format(nt, ntriples, as_turtle).
format(rdf, xml, as_turtle).
format(trig, trig, as_trig).
format(nq, nquads, as_trig).

as_turtle(Target) :-
    atom_concat(Target, '.ttl', Out),
    rdf_save_turtle(Out, [silent(true)]).
as_trig(Target) :-
    atom_concat(Target, '.trig', Out),
    rdf_save_trig(Out, [silent(true)]).

explain(Target, Error) :-
    atom_concat(Target, '.err', Out),
    message_to_codes(Error, Words),
    setup_call_cleanup(open(Out, write, Stream), format(Stream, "~s", [Words]), close(Stream)).

message_to_codes(Error, Words) :-
    with_output_to(codes(Words), print(Error)).
