import psycopg


def test_the_test_server_answers(postgres_database: str) -> None:
    with psycopg.connect(postgres_database) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
